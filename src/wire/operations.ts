/** Operations of Bedrock Runtime that pass, by the last part of their paths. */
export type RelayedOperation = 'converse' | 'invoke' | 'count-tokens';

export type RelayedStream = 'converse-stream' | 'invoke-with-response-stream';

/** Operations of Bedrock Runtime that pass, by the last part of their paths. */
export type BedrockApiOperation = 'converse' | 'invoke' | 'count-tokens';

export type BedrockApiStreamOperation = 'converse-stream' | 'invoke-with-response-stream';

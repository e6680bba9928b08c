/** Operations of Bedrock Runtime that the gateway accepts, by the last segment of their paths. */
export type BedrockApiOperation = 'converse' | 'invoke' | 'count-tokens';

/** Streaming operations of Bedrock Runtime that the gateway accepts, by the last segment of their paths. */
export type BedrockApiStreamOperation = 'converse-stream' | 'invoke-with-response-stream';

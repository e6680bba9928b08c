import type {
  AudioBlock as SdkAudioBlock,
  ContentBlock as SdkContentBlock,
  ContentBlockDelta as SdkContentBlockDelta,
  ConverseCommandInput,
  ConverseCommandOutput,
  ConverseStreamOutput,
  DocumentBlock as SdkDocumentBlock,
  GuardrailStreamConfiguration,
  ImageBlock as SdkImageBlock,
  Message as SdkMessage,
  SystemContentBlock as SdkSystemContentBlock,
  TokenUsage,
  Tool as SdkTool,
  ToolChoice as SdkToolChoice,
  ToolConfiguration as SdkToolConfiguration,
  ToolResultBlock as SdkToolResultBlock,
  ToolResultContentBlock as SdkToolResultContentBlock,
  ToolUseBlock as SdkToolUseBlock,
} from '@aws-sdk/client-bedrock-runtime';

/**
 * The SDK's types as they stand on the wire: blobs are base64 strings, so that an image or a
 * redacted thought is never decoded and encoded again; `$unknown` members are the SDK's own.
 */
export type WireForm<T> = T extends Uint8Array
  ? string
  : T extends readonly (infer Item)[]
    ? WireForm<Item>[]
    : T extends object
      ? { [Key in keyof T as Key extends '$unknown' | '$metadata' ? never : Key]: WireForm<T[Key]> }
      : T;

/** The hub of all translation: a request in Converse's words. The target adds `modelId` when it is sent. */
export type ConverseRequest = Omit<
  WireForm<ConverseCommandInput>,
  'modelId' | 'additionalModelRequestFields' | 'guardrailConfig'
> & {
  additionalModelRequestFields?: Record<string, unknown>;
  /** `streamProcessingMode` in streams only. */
  guardrailConfig?: WireForm<GuardrailStreamConfiguration>;
};
export type ConverseAnswer = WireForm<ConverseCommandOutput>;
export type ConverseMessage = WireForm<SdkMessage>;
export type ContentBlock = WireForm<SdkContentBlock>;
export type ImageBlock = WireForm<SdkImageBlock>;
export type DocumentBlock = WireForm<SdkDocumentBlock>;
export type AudioBlock = WireForm<SdkAudioBlock>;
/** What one event of a stream adds to a block. */
export type ContentBlockDelta = WireForm<SdkContentBlockDelta>;
export type SystemBlock = WireForm<SdkSystemContentBlock>;
export type ConverseUsage = WireForm<TokenUsage>;
/** One event of a stream, e.g. `{ contentBlockDelta: { contentBlockIndex, delta } }`. */
export type ConverseEvent = WireForm<ConverseStreamOutput>;
export type Tool = WireForm<SdkTool>;
export type ToolConfig = WireForm<SdkToolConfiguration>;
export type ToolChoice = WireForm<SdkToolChoice>;
export type ToolUse = WireForm<SdkToolUseBlock>;
export type ToolResult = WireForm<SdkToolResultBlock>;
export type ToolResultContent = WireForm<SdkToolResultContentBlock>;
/** The last event of a stream: usage, tier and trace. */
export type StreamMetadata = NonNullable<ConverseEvent['metadata']>;

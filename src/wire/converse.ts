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
export type Wire<T> = T extends Uint8Array
  ? string
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [Key in keyof T as Key extends '$unknown' | '$metadata' ? never : Key]: Wire<T[Key]> }
      : T;

/** The hub of all translation: a request in Converse's words. The target adds `modelId` when it is sent. */
export type ConverseRequest = Omit<
  Wire<ConverseCommandInput>,
  'modelId' | 'additionalModelRequestFields' | 'guardrailConfig'
> & {
  additionalModelRequestFields?: Record<string, unknown>;
  /** `streamProcessingMode` in streams only. */
  guardrailConfig?: Wire<GuardrailStreamConfiguration>;
};
export type ConverseAnswer = Wire<ConverseCommandOutput>;
export type ConverseMessage = Wire<SdkMessage>;
export type ContentBlock = Wire<SdkContentBlock>;
export type ImageBlock = Wire<SdkImageBlock>;
export type DocumentBlock = Wire<SdkDocumentBlock>;
export type AudioBlock = Wire<SdkAudioBlock>;
/** What one event of a stream adds to a block. */
export type ContentBlockDelta = Wire<SdkContentBlockDelta>;
export type SystemBlock = Wire<SdkSystemContentBlock>;
export type ConverseUsage = Wire<TokenUsage>;
/** One event of a stream, e.g. `{ contentBlockDelta: { contentBlockIndex, delta } }`. */
export type ConverseEvent = Wire<ConverseStreamOutput>;
export type Tool = Wire<SdkTool>;
export type ToolConfig = Wire<SdkToolConfiguration>;
export type ToolChoice = Wire<SdkToolChoice>;
export type ToolUse = Wire<SdkToolUseBlock>;
export type ToolResult = Wire<SdkToolResultBlock>;
export type ToolResultContent = Wire<SdkToolResultContentBlock>;
/** The last event of a stream: usage, tier and trace. */
export type StreamMetadata = NonNullable<ConverseEvent['metadata']>;

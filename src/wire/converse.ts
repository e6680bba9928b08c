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
 * The SDK's types as JSON on the wire. Blobs are base64 strings, so that images and redacted thinking are never
 * decoded. The SDK's `$unknown` members are removed.
 */
export type WireForm<T> = T extends Uint8Array
  ? string
  : T extends readonly (infer Item)[]
    ? WireForm<Item>[]
    : T extends object
      ? { [Key in keyof T as Key extends '$unknown' | '$metadata' ? never : Key]: WireForm<T[Key]> }
      : T;

/** A Converse request, the common form of all translations. The target adds `modelId` when the request is sent. */
export type ConverseRequest = Omit<
  WireForm<ConverseCommandInput>,
  'modelId' | 'additionalModelRequestFields' | 'guardrailConfig'
> & {
  additionalModelRequestFields?: Record<string, unknown>;
  /** `streamProcessingMode` is set for streams only. */
  guardrailConfig?: WireForm<GuardrailStreamConfiguration>;
};
export type ConverseAnswer = WireForm<ConverseCommandOutput>;
export type ConverseMessage = WireForm<SdkMessage>;
export type ContentBlock = WireForm<SdkContentBlock>;
export type ImageBlock = WireForm<SdkImageBlock>;
export type DocumentBlock = WireForm<SdkDocumentBlock>;
export type AudioBlock = WireForm<SdkAudioBlock>;
/** Content that one stream event adds to a block. */
export type ContentBlockDelta = WireForm<SdkContentBlockDelta>;
export type SystemBlock = WireForm<SdkSystemContentBlock>;
export type ConverseUsage = WireForm<TokenUsage>;
/** A stream event, such as `{ contentBlockDelta: { contentBlockIndex, delta } }`. */
export type ConverseEvent = WireForm<ConverseStreamOutput>;
export type Tool = WireForm<SdkTool>;
export type ToolConfig = WireForm<SdkToolConfiguration>;
export type ToolChoice = WireForm<SdkToolChoice>;
export type ToolUse = WireForm<SdkToolUseBlock>;
export type ToolResult = WireForm<SdkToolResultBlock>;
export type ToolResultContent = WireForm<SdkToolResultContentBlock>;
/** Last event of a stream, with usage, service tier and trace. */
export type StreamMetadata = NonNullable<ConverseEvent['metadata']>;

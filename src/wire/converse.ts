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
/** Response of Converse. */
export type ConverseAnswer = WireForm<ConverseCommandOutput>;
/** A turn of a conversation. */
export type ConverseMessage = WireForm<SdkMessage>;
/** A content block of a turn: text, image, document, tool call, tool result, reasoning and others. */
export type ContentBlock = WireForm<SdkContentBlock>;
/** Content of an `image` block. `source.bytes` is base64. */
export type ImageBlock = WireForm<SdkImageBlock>;
/** Content of a `document` block. `source.bytes` is base64. */
export type DocumentBlock = WireForm<SdkDocumentBlock>;
/** Content of an `audio` block. `source.bytes` is base64. */
export type AudioBlock = WireForm<SdkAudioBlock>;
/** Content that one stream event adds to a block. */
export type ContentBlockDelta = WireForm<SdkContentBlockDelta>;
/** A block of the system prompt. */
export type SystemBlock = WireForm<SdkSystemContentBlock>;
/** Token counts of an answer. `inputTokens` excludes cached tokens. */
export type ConverseUsage = WireForm<TokenUsage>;
/** A stream event, such as `{ contentBlockDelta: { contentBlockIndex, delta } }`. */
export type ConverseEvent = WireForm<ConverseStreamOutput>;
/** An entry of `toolConfig.tools`: a tool or a cache point. */
export type Tool = WireForm<SdkTool>;
/** Tools and tool choice of a request. */
export type ToolConfig = WireForm<SdkToolConfiguration>;
/** Converse's tool choice: `auto`, `any` or a named tool. */
export type ToolChoice = WireForm<SdkToolChoice>;
/** Content of a `toolUse` block, which is a tool call. */
export type ToolUse = WireForm<SdkToolUseBlock>;
/** Content of a `toolResult` block. */
export type ToolResult = WireForm<SdkToolResultBlock>;
/** A content block of a tool result: text, JSON, image, document or video. */
export type ToolResultContent = WireForm<SdkToolResultContentBlock>;
/** Last event of a stream, with usage, service tier and trace. */
export type StreamMetadata = NonNullable<ConverseEvent['metadata']>;

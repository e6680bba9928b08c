import type { ChatCompletionCreateParamsBase } from 'openai/resources/chat/completions/completions';
import type { ExtensionFields } from '../generation/extension-fields.ts';
import type { BedrockFields } from '../bedrock-options/bedrock-options.ts';

/** OpenAI's request; its optional fields may also be null. */
export interface ChatRequest extends Omit<ChatCompletionCreateParamsBase, 'model'>, ExtensionFields, BedrockFields {
  /** Absent: the default model answers. */
  model?: string | null;
  /** Anthropic's instructions: text, or blocks of text. */
  system?: unknown;
}

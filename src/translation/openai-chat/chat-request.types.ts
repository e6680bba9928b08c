import type { ChatCompletionCreateParamsBase } from 'openai/resources/chat/completions/completions';
import type { ExtensionFields } from '../generation/extension-fields.ts';
import type { BedrockFields } from '../bedrock-options/bedrock-options.ts';

/** The request of OpenAI's Chat Completions API. Its optional fields may also be null. */
export interface ChatRequest extends Omit<ChatCompletionCreateParamsBase, 'model'>, ExtensionFields, BedrockFields {
  /** Name of the model; the default model if absent. */
  model?: string | null;
  /** Anthropic's system prompt: a text or an array of text blocks. Not yet validated. */
  system?: unknown;
  /** False for an answer without the reasoning of the model, as in the APIs of OpenRouter and Groq. */
  include_reasoning?: boolean | null;
}

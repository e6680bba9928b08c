import type { ResponseCreateParamsBase } from 'openai/resources/responses/responses';
import type { ExtensionFields } from '../generation/extension-fields.ts';
import type { BedrockFields } from '../bedrock-options/bedrock-options.ts';

/** The request of OpenAI's Responses API. Its optional fields may also be null. */
export interface ResponsesRequest
  extends Omit<ResponseCreateParamsBase, 'model' | 'text' | 'tools'>, ExtensionFields, BedrockFields {
  /** Name of the model; the default model if absent. */
  model?: string | null;
  text?: ResponseCreateParamsBase['text'] | null;
  tools?: ResponseCreateParamsBase['tools'] | null;
}

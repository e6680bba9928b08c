import type { ResponseCreateParamsBase } from 'openai/resources/responses/responses';
import type { ExtensionFields } from '../generation/extension-fields.ts';
import type { BedrockFields } from '../bedrock-options/bedrock-options.ts';

/** OpenAI's request; its optional fields may also be null. */
export interface ResponsesRequest
  extends Omit<ResponseCreateParamsBase, 'model' | 'text' | 'tools'>, ExtensionFields, BedrockFields {
  /** Absent: the default model answers. */
  model?: string | null;
  text?: ResponseCreateParamsBase['text'] | null;
  tools?: ResponseCreateParamsBase['tools'] | null;
}

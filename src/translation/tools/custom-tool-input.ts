import { isRecord } from '../../wire/json/json-fields.ts';

/** Name of the only property in the input of a custom tool. It contains the input text. */
export const CUSTOM_TOOL_INPUT_PROPERTY = 'input';

/** Returns the input text of a custom tool call, from the input of the function that represents it. */
export function customToolText(input: unknown): string {
  const text = isRecord(input) ? input[CUSTOM_TOOL_INPUT_PROPERTY] : undefined;
  return typeof text === 'string' ? text : JSON.stringify(input ?? {});
}

/** Parses the joined pieces of a streamed input. If the token limit cut the JSON short, returns the text as it is. */
export function joinInputPieces(json: string): unknown {
  try {
    return JSON.parse(json === '' ? '{}' : json) as unknown;
  } catch {
    return { [CUSTOM_TOOL_INPUT_PROPERTY]: json };
  }
}

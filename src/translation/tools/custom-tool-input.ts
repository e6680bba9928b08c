import { isRecord } from '../../wire/json/json-fields.ts';

/** The one property of a custom tool's input: its text. */
export const CUSTOM_TOOL_INPUT_PROPERTY = 'input';

/** The text of a custom tool's call, from the input of the function that stands for it. */
export function customToolText(input: unknown): string {
  const text = isRecord(input) ? input[CUSTOM_TOOL_INPUT_PROPERTY] : undefined;
  return typeof text === 'string' ? text : JSON.stringify(input ?? {});
}

/** Streamed input put together; what the limit of tokens cut short is told as it is. */
export function joinInputPieces(json: string): unknown {
  try {
    return JSON.parse(json === '' ? '{}' : json) as unknown;
  } catch {
    return { [CUSTOM_TOOL_INPUT_PROPERTY]: json };
  }
}

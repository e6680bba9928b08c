import { parseBodyJson } from '../../wire/json/long-numbers.ts';
import { responseStoreUnavailable } from '../../shared-state/responses/response-store.ts';
import type { ResponseObject } from '../../translation/openai-responses/answer/response-object.ts';

export type Item = Readonly<Record<string, unknown>>;

/** A response with its whole input, including the conversation of earlier responses. It depends on no other response. */
export interface StoredResponse {
  response: ResponseObject;
  input: Item[];
}

/** The output items of a stored response, and the number of characters of JSON that were parsed for them. */
export interface StoredOutput {
  items: readonly Item[];
  characters: number;
}

/** The field after the output, in the order of `newResponseObject`. */
const BEHIND_OUTPUT = ',"reasoning":{';

/**
 * Reads the output of a stored response without the conversation that follows it, which may be thousands of times as
 * long. Parses the whole text if the marker is missing or is part of an item: then the text before it is no JSON.
 * Throws GatewayError 503 for a text that this gateway did not write.
 */
export function readStoredOutput(json: string): StoredOutput {
  const end = json.indexOf(BEHIND_OUTPUT);
  const beginning = end < 0 ? undefined : parsed(`${json.slice(0, end)}}}`);
  const whole = beginning ?? storedResponseIn(json);
  return {
    items: whole.response.output as unknown as readonly Item[],
    characters: beginning === undefined ? json.length : end,
  };
}

function parsed(json: string): Pick<StoredResponse, 'response'> | undefined {
  try {
    const beginning = parseBodyJson(json) as Pick<StoredResponse, 'response'>;
    return Array.isArray(beginning.response?.output) ? beginning : undefined;
  } catch {
    return undefined;
  }
}

/** Parses a stored response. Throws GatewayError 503 for a text that this gateway did not write. */
export function storedResponseIn(json: string): StoredResponse {
  try {
    const stored = parseBodyJson(json) as Partial<StoredResponse> | null;
    const isWhole = Array.isArray(stored?.input) && Array.isArray(stored.response?.output);
    if (isWhole && typeof stored.response?.id === 'string') return stored as StoredResponse;
  } catch {
    // A text that is not JSON is no stored response.
  }
  throw responseStoreUnavailable();
}

import { parseExactly } from '../../wire/json/exact-json.ts';
import { exceedsMaxDepth } from '../../wire/json/json-depth.ts';
import type { BedrockApiOperation, BedrockApiStreamOperation } from '../../wire/operations.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/**
 * Value of `anthropic_version` that every Claude on Bedrock accepts (AWS user guide, Anthropic Claude Messages API,
 * 2026-11).
 */
export const INVOKED_VERSION = 'bedrock-2023-05-31';

const FIELD = '"anthropic_version"';
const ENTRY = `${FIELD}:"${INVOKED_VERSION}"`;
/** Beginning of the JSON escape of an ASCII character, with which the name of the field can be spelled differently. */
const ESCAPE = String.raw`\u00`;
/** Matches the version if it precedes all objects and lists of a body. */
const FIRST = /^\s*\{[^{[]{0,200}"anthropic_version"\s*:\s*"bedrock-2023-05-31"/;
/** Matches the version as the last entry of a body, where SDKs add it: the closing brace follows. */
const LAST = /"anthropic_version"\s*:\s*"bedrock-2023-05-31"\s*\}\s*$/;
/** Number of bytes at each end of a body that are searched for the version without parsing the body. */
const END_BYTES = 256;

/**
 * Returns the body of a request to Claude with the version of the Messages API that Bedrock accepts. SDKs of 2026 send
 * Anthropic's own version, which Claude 4.6 and older reject; other clients send none. Returns the same buffer if the
 * body needs no change or is not a JSON object.
 */
export function withKnownVersion(operation: BedrockApiOperation | BedrockApiStreamOperation, body: Buffer): Buffer {
  switch (operation) {
    case 'invoke':
    case 'invoke-with-response-stream':
      return invokedBody(body);
    case 'count-tokens':
      return countedBody(body);
    case 'converse':
    case 'converse-stream':
      return body;
    default:
      return operation satisfies never;
  }
}

function invokedBody(body: Buffer): Buffer {
  if (LAST.test(body.toString('latin1', body.length - END_BYTES))) return body;
  if (FIRST.test(body.toString('latin1', 0, END_BYTES))) return body;
  if (!body.includes(FIELD) && !body.includes(ESCAPE)) return withEntry(body);
  const fields = parsedObject(body);
  if (fields === undefined || fields['anthropic_version'] === INVOKED_VERSION) return body;
  if (!Object.hasOwn(fields, 'anthropic_version')) return withEntry(body);
  return Buffer.from(JSON.stringify({ ...fields, anthropic_version: INVOKED_VERSION }));
}

/** Applies `invokedBody` to a CountTokens request, which contains the body of InvokeModel as base64. */
function countedBody(body: Buffer): Buffer {
  if (!body.includes('invokeModel')) return body;
  const fields = parsedObject(body);
  const { input } = fields ?? {};
  const { invokeModel } = isRecord(input) ? input : {};
  const { body: base64 } = isRecord(invokeModel) ? invokeModel : {};
  if (typeof base64 !== 'string') return body;
  const original = Buffer.from(base64, 'base64');
  const known = invokedBody(original);
  if (known === original) return body;
  return Buffer.from(JSON.stringify({ ...fields, input: { invokeModel: { body: known.toString('base64') } } }));
}

/** Inserts the version before all other entries. All other bytes stay the same. */
function withEntry(body: Buffer): Buffer {
  const start = body.indexOf('{');
  if (start < 0 || body.toString('latin1', 0, start).trim() !== '') return body;
  const rest = body.subarray(start + 1);
  const isEmpty = /^\s*\}/.test(rest.toString('latin1', 0, END_BYTES));
  return Buffer.concat([Buffer.from(isEmpty ? `{${ENTRY}` : `{${ENTRY},`), rest]);
}

/**
 * Parses a body. Returns undefined for bodies that Bedrock rejects: invalid JSON, JSON that is no object, or too deep
 * nesting.
 */
function parsedObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value = parseExactly(body.toString('utf8'));
    return isRecord(value) && !exceedsMaxDepth(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

import { parseExactly } from '../../wire/json/exact-json.ts';
import { exceedsMaxDepth } from '../../wire/json/json-depth.ts';
import type { BedrockApiOperation, BedrockApiStreamOperation } from '../../wire/operations.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** The value of `anthropic_version` that every Claude on Bedrock accepts (AWS user guide, Anthropic Claude Messages API, 2026-11). */
export const INVOKED_VERSION = 'bedrock-2023-05-31';

const FIELD = '"anthropic_version"';
const ENTRY = `${FIELD}:"${INVOKED_VERSION}"`;
/** Begins the escape of an ASCII character, which can hide the name of the field. */
const ESCAPE = String.raw`\u00`;
/** The version among the first scalars of a body: no object or list begins before it. */
const FIRST = /^\s*\{[^{[]{0,200}"anthropic_version"\s*:\s*"bedrock-2023-05-31"/;
/** The version as the last entry of a body, where SDKs add it: a single brace follows. */
const LAST = /"anthropic_version"\s*:\s*"bedrock-2023-05-31"\s*\}\s*$/;
/** Bytes at both ends in which a version is found without parsing the body. */
const END_BYTES = 256;

/**
 * Returns the body of a request to Claude with the version of the Messages API that Bedrock knows. SDKs of 2026 send
 * Anthropic's own version, which Claude 4.6 and older refuse; others send none. Returns the same buffer for a body that
 * needs no change or is not a JSON object.
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

/** CountTokens takes the body of InvokeModel as base64. */
function countedBody(body: Buffer): Buffer {
  if (!body.includes('invokeModel')) return body;
  const fields = parsedObject(body);
  const { input } = fields ?? {};
  const { invokeModel } = isRecord(input) ? input : {};
  const { body: base64 } = isRecord(invokeModel) ? invokeModel : {};
  if (typeof base64 !== 'string') return body;
  const given = Buffer.from(base64, 'base64');
  const known = invokedBody(given);
  if (known === given) return body;
  return Buffer.from(JSON.stringify({ ...fields, input: { invokeModel: { body: known.toString('base64') } } }));
}

/** Adds the entry in front of all others, and keeps every byte of these. */
function withEntry(body: Buffer): Buffer {
  const start = body.indexOf('{');
  if (start < 0 || body.toString('latin1', 0, start).trim() !== '') return body;
  const rest = body.subarray(start + 1);
  const isEmpty = /^\s*\}/.test(rest.toString('latin1', 0, END_BYTES));
  return Buffer.concat([Buffer.from(isEmpty ? `{${ENTRY}` : `{${ENTRY},`), rest]);
}

/** Returns undefined for what Bedrock refuses itself: invalid JSON, another type than an object, too many levels. */
function parsedObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value = parseExactly(body.toString('utf8'));
    return isRecord(value) && !exceedsMaxDepth(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

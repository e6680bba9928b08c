import type { AwsErrorResponse } from '../errors/bedrock-errors.ts';

/** Reads an error response of AWS: the exception's name from a header or the body, and the message from the body. */
export function parseAwsError(status: number, headers: Record<string, unknown>, body: string): AwsErrorResponse {
  const { __type, message, Message } = parseObject(body);
  return {
    exception: firstHeaderValue(headers['x-amzn-errortype']) ?? textIn(__type) ?? '',
    message: textIn(message) ?? textIn(Message) ?? '',
    status,
    upstreamRequestId: firstHeaderValue(headers['x-amzn-requestid']),
  };
}

/** Returns the value of a header, or its first value if the header occurs several times. */
export function firstHeaderValue(value: unknown): string | undefined {
  return textIn(Array.isArray(value) ? value[0] : value);
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/**
 * Parses a JSON object. Proxies return HTML and plain text: for these, the result has the first 500 characters as `message`.
 */
function parseObject(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return { message: json.slice(0, 500) };
  }
}

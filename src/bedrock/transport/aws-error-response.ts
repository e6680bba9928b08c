import type { AwsErrorResponse } from '../errors/bedrock-errors.ts';

/** What AWS answered in place of a 200: the exception's name in a header or the body, its message in the body. */
export function parseAwsError(status: number, headers: Record<string, unknown>, body: string): AwsErrorResponse {
  const { __type, message, Message } = parseObject(body);
  return {
    exception: firstHeaderValue(headers['x-amzn-errortype']) ?? textIn(__type) ?? '',
    message: textIn(message) ?? textIn(Message) ?? '',
    status,
    upstreamRequestId: firstHeaderValue(headers['x-amzn-requestid']),
  };
}

/** The value of a header, the first where it came several times. */
export function firstHeaderValue(value: unknown): string | undefined {
  return textIn(Array.isArray(value) ? value[0] : value);
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Proxies answer pages and plain text: the beginning of it is the message. */
function parseObject(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return { message: json.slice(0, 500) };
  }
}

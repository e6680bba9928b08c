import type { UpstreamResponseHead } from '../../bedrock/transport/transport.ts';
import type { BedrockHeaderName } from '../../request/headers/response-headers.ts';
import type { RequestContext } from '../../request/request-context.ts';

const PREFIX = 'x-amzn-bedrock-';

/** Selects Bedrock's own headers from those of a request or an answer. Returns them by lower-case name. */
export function pickBedrockHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(PREFIX) && typeof value === 'string') own[name] = value;
  }
  return own;
}

/** Passes Bedrock's own headers on: latency, counts, the content type of the answer. */
export function passBedrockHeaders({ headers = {} }: UpstreamResponseHead, context: RequestContext): void {
  const passed = Object.entries(pickBedrockHeaders(headers)) as [BedrockHeaderName, string][];
  for (const [name, value] of passed) context.header(name, value);
}

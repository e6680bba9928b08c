const PREFIX = 'x-amzn-bedrock-';

/** Those of Bedrock's own among the headers of a request or an answer, by lower-case name. */
export function pickBedrockHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(PREFIX) && typeof value === 'string') own[name] = value;
  }
  return own;
}

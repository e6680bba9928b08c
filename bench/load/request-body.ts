const SENTENCE =
  'All that is read here has been read before, «naïvely» and at length, for the sake of 1,000 "bytes".\n';
const MAX_MESSAGE_BYTES = 1_000;
/** Approximate size of a request without messages. */
const ENVELOPE_BYTES = 150;

export interface BodyOptions {
  model: string;
  /** Approximate size of the body. */
  bytes: number;
  streams: boolean;
}

/** Returns the body of a chat request: one user message, or a conversation of messages of about 1 KB. */
export function chatBody({ model, bytes, streams }: BodyOptions): Buffer {
  const contentBytes = Math.max(0, bytes - ENVELOPE_BYTES);
  const sentences = Math.max(1, Math.floor(Math.min(contentBytes, MAX_MESSAGE_BYTES) / SENTENCE.length));
  const content = SENTENCE.repeat(sentences);
  const turns = Math.max(1, Math.floor(contentBytes / (Buffer.byteLength(JSON.stringify(content)) + 32)));
  const messages = Array.from({ length: turns % 2 === 0 ? turns - 1 : turns }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content,
  }));
  const request = { model, messages, max_tokens: 1_024, temperature: 0.5, ...(streams && { stream: true }) };
  return Buffer.from(JSON.stringify(request));
}

const SENTENCE =
  'All that is said here has been said before, «naïvely» and at length, for the sake of 1,000 "bytes".\n';
const LONGEST_MESSAGE = 1_000;
/** What a request weighs before anybody has said anything. */
const ENVELOPE = 150;

export interface BodyOptions {
  model: string;
  /** About so large. */
  bytes: number;
  streams: boolean;
}

/** A chat request: one question, or a conversation of messages of a kilobyte that ends with one. */
export function chatBody({ model, bytes, streams }: BodyOptions): Buffer {
  const room = Math.max(0, bytes - ENVELOPE);
  const sentences = Math.max(1, Math.floor(Math.min(room, LONGEST_MESSAGE) / SENTENCE.length));
  const content = SENTENCE.repeat(sentences);
  const turns = Math.max(1, Math.floor(room / (Buffer.byteLength(JSON.stringify(content)) + 32)));
  const messages = Array.from({ length: turns % 2 === 0 ? turns - 1 : turns }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content,
  }));
  const request = { model, messages, max_tokens: 1_024, temperature: 0.5, ...(streams && { stream: true }) };
  return Buffer.from(JSON.stringify(request));
}

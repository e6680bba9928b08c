/** Checks of reply types. A server that is not Redis may send any reply. */

/** Checks a reply to GET: the text, or null if the key does not exist. */
export function isTextOrNull(reply: unknown): boolean {
  return reply === null || typeof reply === 'string';
}

/** Checks a reply to GET whose value is bytes. */
export function isBufferOrNull(reply: unknown): boolean {
  return reply === null || Buffer.isBuffer(reply);
}

/** Checks a reply to SET without options that change the reply. */
export function isOk(reply: unknown): boolean {
  return reply === 'OK';
}

/** Checks a reply to DEL and other commands that return a count. */
export function isCount(reply: unknown): boolean {
  return Number.isSafeInteger(reply) && (reply as number) >= 0;
}

/** Returns a check of replies to MGET of `keys` keys. */
export function areBuffers(keys: number): (reply: unknown) => boolean {
  return (reply) =>
    Array.isArray(reply) && reply.length === keys && reply.every((value) => value === null || Buffer.isBuffer(value));
}

/** Returns a check of replies to a script that returns `integers` integers, followed by `texts` numbers in the form of text. */
export function areNumbers(integers: number, texts = 0): (reply: unknown) => boolean {
  return (reply) =>
    Array.isArray(reply) &&
    reply.length === integers + texts &&
    reply.every((value, index) =>
      index < integers
        ? Number.isSafeInteger(value)
        : typeof value === 'string' && value !== '' && Number.isFinite(Number(value)),
    );
}

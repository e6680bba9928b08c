/** Checks of reply types. A server that is not Redis may send any reply. */

/** GET: the text, or null if the key does not exist. */
export function isTextOrNull(reply: unknown): boolean {
  return reply === null || typeof reply === 'string';
}

/** SET without options that change its reply. */
export function isOk(reply: unknown): boolean {
  return reply === 'OK';
}

/** DEL and other commands that return a count. */
export function isCount(reply: unknown): boolean {
  return Number.isSafeInteger(reply) && (reply as number) >= 0;
}

/** MGET of `keys` keys. */
export function areBuffers(keys: number): (reply: unknown) => boolean {
  return (reply) =>
    Array.isArray(reply) && reply.length === keys && reply.every((value) => value === null || Buffer.isBuffer(value));
}

/** A script that returns `integers` integers, followed by `texts` numbers in the form of text. */
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

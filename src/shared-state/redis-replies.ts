/** Shapes of replies. A server that is not Redis, or a broken one, may answer anything. */

/** GET: a text, or null where there is none. */
export function isTextOrNull(reply: unknown): boolean {
  return reply === null || typeof reply === 'string';
}

/** SET without options that change its reply. */
export function isOk(reply: unknown): boolean {
  return reply === 'OK';
}

/** DEL and other commands that count. */
export function isCount(reply: unknown): boolean {
  return Number.isSafeInteger(reply) && (reply as number) >= 0;
}

/** MGET of so many keys. */
export function areBuffers(keys: number): (reply: unknown) => boolean {
  return (reply) =>
    Array.isArray(reply) && reply.length === keys && reply.every((value) => value === null || Buffer.isBuffer(value));
}

/** A script that answers so many integers, and behind them so many numbers as texts. */
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

import { createRequire } from 'node:module';

export { Redis, ReplyError } from 'ioredis';

/** What reads replies in ioredis 6.0.0; not part of its types. */
interface DataHandler {
  prototype: { dispatch?: (this: unknown, deliver: () => void) => void };
}

const load = createRequire(import.meta.url);
const { default: dataHandler } = load('ioredis/built/DataHandler.js') as { default: DataHandler };

if (typeof dataHandler.prototype.dispatch !== 'function') {
  throw new Error(
    'ioredis has changed: check how it reads replies that no command waits for (src/libraries/ioredis.ts)',
  );
}

/**
 * ioredis throws the error of a reply that it cannot deliver (an unsolicited null, a push message without a type) on
 * the next tick, where it ends the process. Here such an error ends the connection, as other protocol errors do.
 */
dataHandler.prototype.dispatch = (deliver) => {
  deliver();
};

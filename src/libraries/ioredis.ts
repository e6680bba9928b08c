import { createRequire } from 'node:module';

export { Cluster, Redis, ReplyError } from 'ioredis';

/** The class that reads replies in ioredis 6.0.0. The package's types do not contain it. */
interface DataHandler {
  prototype: { dispatch?: (this: unknown, deliver: () => void) => void };
}

const load = createRequire(import.meta.url);
const { default: dataHandler } = load('ioredis/built/DataHandler.js') as { default: DataHandler };

if (typeof dataHandler.prototype.dispatch !== 'function') {
  throw new Error(
    'ioredis has changed its internals: check how it handles replies that belong to no command, and adapt src/libraries/ioredis.ts',
  );
}

/**
 * Works around a crash. For a reply that it cannot deliver (an unsolicited null, a push message without a type), ioredis
 * throws an error on the next tick, which ends the process. This override ends the connection instead, as other protocol
 * errors do.
 */
dataHandler.prototype.dispatch = (deliver) => {
  deliver();
};

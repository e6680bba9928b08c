import { writeSync } from 'node:fs';

/**
 * Disables debug output of libraries: `DEBUG` makes Express and ioredis, and `NODE_DEBUG` makes Node, write headers, keys
 * and content to standard error. This file runs first, because the libraries read the variables when they are loaded.
 * `DEBUG` is removed, because it is a common name with other meanings. `NODE_DEBUG` is already in effect, so the process
 * ends.
 */
delete process.env['DEBUG'];

if (process.env['NODE_DEBUG']) {
  writeSync(
    2,
    'NODE_DEBUG is set. It writes headers, API keys and content of requests to standard error: ' +
      'unset it. The setting debug.content logs the content of named keys for a limited time.\n',
  );
  process.exit(1);
}

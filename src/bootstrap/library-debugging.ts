import { writeSync } from 'node:fs';

/**
 * Keeps the debug output of libraries off: `DEBUG` makes Express and ioredis, and `NODE_DEBUG` makes Node, write
 * headers, keys and content to standard error. It runs before any of them is loaded, because they read these variables
 * when they are. `DEBUG` is a common name with other meanings and is removed; `NODE_DEBUG` is in force already.
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

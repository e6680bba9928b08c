import { writeSync } from 'node:fs';

/**
 * Disables debug output of libraries, which writes headers, keys and content to standard error. The variable `DEBUG`
 * enables the output of Express and ioredis, `NODE_DEBUG` that of Node. This file runs first, because the libraries read
 * the variables when they are loaded. It removes `DEBUG`, a common name with other meanings. It ends the process for
 * `NODE_DEBUG`, which is already in effect.
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

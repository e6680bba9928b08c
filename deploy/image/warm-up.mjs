// Starts the gateway once to fill NODE_COMPILE_CACHE, and exits after its first response.
import { readdirSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { createServer } from 'node:net';

const ATTEMPTS = 300;

const port = await freePort();
Object.assign(process.env, {
  PORT: String(port),
  GATEWAY__SERVER__HOST: '127.0.0.1',
  // With invalid credentials, the gateway sends no request to AWS.
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
});
await import('../../dist/main.js');
// Packages that a running gateway loads at first use, while a request waits.
const chunks = new URL('../../dist/chunks/', import.meta.url);
for (const file of readdirSync(chunks)) {
  if (/^lazy-.*\.js$/.test(file)) await import(new URL(file, chunks));
}

for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
  const answer = await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => undefined);
  if (answer?.ok) {
    flushCompileCache();
    process.exit(0);
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
}
console.error('The gateway was not ready within 30 s.');
process.exit(1);

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

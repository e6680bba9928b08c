/*
 * Exits with 0 if a URL returns status 200. Replaces curl, which the image does not have. Without an argument, checks
 * /health/live of the gateway in this container, with port and scheme of its configuration.
 */
import { get } from 'node:http';
import { get as getTls } from 'node:https';

const TIMEOUT_MS = 2500;

const url = new URL(process.argv[2] ?? (await ownUrl()));
const options = { timeout: TIMEOUT_MS, rejectUnauthorized: false };
const request = (url.protocol === 'https:' ? getTls : get)(url, options, (response) => {
  response.pipe(process.stdout);
  if (response.statusCode !== 200) process.exitCode = 1;
});
request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
request.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});

async function ownUrl() {
  const { loadConfig } = await import('../../dist/config/load-config.js');
  const { host, port, tls } = loadConfig(process.env).server;
  const isWildcard = host === '0.0.0.0' || host === '::';
  return `${tls ? 'https' : 'http'}://${isWildcard ? '127.0.0.1' : host}:${port}/health/live`;
}

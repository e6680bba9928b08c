import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type OpenAI from 'openai';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createApplication } from '../../src/bootstrap/application.ts';
import { hashApiKey } from '../../src/config/settings/api-key.ts';
import { buildConfig } from '../../src/config/load-config.ts';

export const KEY = 'sk-test-key';
export const OTHER_KEY = 'sk-other-key';
/** A key whose content traces may record. */
export const OPEN_KEY = 'sk-open-key';
/** A key with a limit of one concurrent request. */
export const NARROW_KEY = 'sk-narrow-key';

/** The credentials that the emulator accepts, so that real credentials of the machine have no effect. */
export const EMULATOR_ENVIRONMENT = { AWS_ACCESS_KEY_ID: 'emulator', AWS_SECRET_ACCESS_KEY: 'emulator' };

/** Gateways that a failed test did not close, which would keep Jest from ending. */
const open = new Set<TestGateway>();
afterAll(async () => {
  for (const gateway of open) await gateway.close().catch(() => undefined);
});

export interface TestGateway {
  url: string;
  emulator: Emulator;
  app: NestExpressApplication;
  /** The official client without retries, because the gateway retries. */
  client: OpenAI;
  /** Sends one raw request with the test key. */
  send(path: string, init?: { method?: string; body?: unknown; headers?: Record<string, string> }): Promise<Response>;
  close(): Promise<void>;
}

/**
 * Starts the real application against the real emulator, both on free ports. `settings` is YAML over the test's
 * defaults. `endpoint` replaces the upstream, which is a new emulator by default.
 */
export async function startGateway(
  settings = '',
  endpoint?: string,
  credentials: Record<string, string> = EMULATOR_ENVIRONMENT,
): Promise<TestGateway> {
  Object.assign(process.env, credentials);
  const emulator = await startEmulator({ port: 0, paceMs: 0 });
  const app = await createApplication(testConfig(endpoint ?? emulator.url, settings));
  await app.listen(0, '127.0.0.1');
  const server: Server = app.getHttpServer();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let client: OpenAI | undefined;
  const gateway: TestGateway = {
    url,
    emulator,
    app,
    get client() {
      return (client ??= openClient(url));
    },
    send: (path, { method, body, headers } = {}) =>
      fetch(url + path, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
      }),
    close: async () => {
      if (!open.delete(gateway)) return;
      server.closeAllConnections();
      await app.close();
      await emulator.close();
    },
  };
  open.add(gateway);
  return gateway;
}

/** Loads the client on first use, because most specs use `fetch` and the package has 236 modules. */
function openClient(url: string): OpenAI {
  const { OpenAI: Client } = createRequire(import.meta.url)('openai') as { OpenAI: typeof OpenAI };
  return new Client({ baseURL: `${url}/v1`, apiKey: KEY, maxRetries: 0 });
}

export function testConfig(endpoint: string, settings: string) {
  return buildConfig({
    file: { path: 'test.yaml', text: settings },
    environment: {
      GATEWAY__BEDROCK__ENDPOINT: endpoint,
      GATEWAY__BEDROCK__REGION: 'us-east-1',
      GATEWAY__LOGGING__LEVEL: 'silent',
      // Most tests look at present names only.
      ...(!settings.includes('deprecatedNames') && { GATEWAY__DEPRECATED_NAMES__EMIT: 'false' }),
      GATEWAY__RETRY__BASE_DELAY_MS: '10',
      GATEWAY__RETRY__MAX_DELAY_MS: '50',
      GATEWAY__RETRY__BUDGET_PER_SECOND: '100',
      GATEWAY__AUTH__KEYS: JSON.stringify([
        { name: 'test', hash: hashApiKey(KEY), metrics: true },
        { name: 'other', hash: hashApiKey(OTHER_KEY), models: ['claude-haiku-*'], requestsPerMinute: 3 },
        { name: 'open', hash: hashApiKey(OPEN_KEY), traceContent: true },
        { name: 'narrow', hash: hashApiKey(NARROW_KEY), maxInFlight: 1 },
      ]),
    },
    readFile: () => '',
  });
}

/** Waits until the condition is true. Throws after ten seconds, which a busy machine may need. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`timed out waiting for: ${what}`);
}

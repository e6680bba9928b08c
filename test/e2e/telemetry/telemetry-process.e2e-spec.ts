import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '../../../emulator/emulator.ts';
import { freePort } from '../../support/free-port.ts';
import { OtlpReceiver } from '../../support/otlp-receiver.ts';
import { Replica, REPLICA_KEY } from '../../support/replica.ts';

const REQUEST = { model: 'claude-sonnet-4-6', messages: [{ role: 'user', content: 'Hello' }] };

let emulator: Emulator;
let receiver: OtlpReceiver;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outcrop-modules-'));
  [emulator, receiver] = await Promise.all([startEmulator({ paceMs: 0 }), OtlpReceiver.start()]);
});
afterAll(async () => {
  await Promise.all([emulator.close(), receiver.close()]);
  rmSync(folder, { recursive: true });
});

/** Returns the OpenTelemetry packages that a gateway loads from its start through one request to its end. */
async function loadedBy(environment: Record<string, string>): Promise<string[]> {
  const journal = join(folder, 'modules');
  writeFileSync(journal, '');
  const replica = await Replica.start({
    port: await freePort(),
    emulatorPort: Number(new URL(emulator.url).port),
    environment: {
      NODE_OPTIONS: '--import ./test/support/module-journal.mjs',
      MODULE_JOURNAL: journal,
      GATEWAY__SHUTDOWN__DRAIN_DELAY_SECONDS: '0',
      ...environment,
    },
  });
  const headers = { authorization: `Bearer ${REPLICA_KEY}`, 'content-type': 'application/json' };
  const answer = await fetch(`${replica.url}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify(REQUEST),
  });
  expect(answer.status).toBe(200);
  await answer.text();
  replica.kill('SIGTERM');
  expect(await replica.exited).toEqual({ code: 0, signal: null });
  return [...new Set(readFileSync(journal, 'utf8').split('\n').filter(Boolean))].sort();
}

it('does not load the SDK or forward trace headers without a receiver', async () => {
  // prom-client needs it for exemplars.
  expect(await loadedBy({})).toEqual(['@opentelemetry/api']);
  expect(Object.keys(emulator.requests.at(-1)!.headers)).not.toContain('traceparent');
});

it("is enabled by OpenTelemetry's own variables", async () => {
  const loaded = await loadedBy({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=team%20a,broken',
    OTEL_SERVICE_NAME: 'gateway-of-team-a',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,k8s.pod.name=pod-1',
  });
  expect(loaded).toContain('@opentelemetry/sdk-trace');
  expect(receiver.requests.map(({ path }) => path).sort()).toEqual(['/v1/metrics', '/v1/traces']);
  for (const { headers } of receiver.requests) expect(headers['x-tenant']).toBe('team a');
  expect(receiver.resource).toEqual({
    'service.name': 'gateway-of-team-a',
    'service.version': '0.1.0',
    'deployment.environment.name': 'test',
    'k8s.pod.name': 'pod-1',
  });
  expect(receiver.servers).toHaveLength(1);
});

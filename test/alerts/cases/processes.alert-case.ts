import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { selfSigned, selfSignedUntil } from '../../support/certificate.ts';
import { publicJwk, rsaPair } from '../../support/token-issuer.ts';
import { type AlertCase, POD } from '../alert-case.ts';
import { chat } from '../traffic.ts';

const DAY_MS = 86_400_000;
const CONNECTIONS = 4;
const KEY_SET = JSON.stringify({ keys: [publicJwk(rsaPair('one'))] });

/** Conditions of a process and of its Deployment. */
export const cases: readonly AlertCase[] = [
  {
    name: 'event-loop',
    condition: 'the process is stopped for 0.7 of 1.2 seconds',
    alerts: { OutcropEventLoopDelay: { pod: POD } },
    traffic: 'none',
    provoke({ gateway }) {
      const timer = setInterval(() => {
        gateway.signal('SIGSTOP');
        setTimeout(() => gateway.signal('SIGCONT'), 700);
      }, 1_200);
      return () => clearInterval(timer);
    },
  },
  {
    name: 'drain',
    condition: 'the process receives SIGTERM while a stream is open that does not end',
    alerts: { OutcropDrainStuck: { pod: POD } },
    traffic: 'none',
    settings: () => ({ shutdown: { drainDelaySeconds: 0, graceSeconds: 120 } }),
    async provoke({ gateway, emulator }) {
      emulator.behave({ kind: 'stall', afterDeltas: 1 });
      const stopped = new AbortController();
      const stream = chat(gateway.origin, { stream: true }, stopped.signal).catch(() => undefined);
      while (emulator.requests.length === 0) await sleep(20);
      gateway.signal('SIGTERM');
      return async () => {
        stopped.abort();
        await stream;
        await gateway.ended;
      };
    },
  },
  {
    name: 'certificate',
    condition: 'the certificate of server.tls ends in 5 days',
    alerts: { OutcropCertificateExpiry: {} },
    traffic: 'none',
    settings({ folder }) {
      const [certFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
      writeCertificate(folder, selfSigned('localhost'));
      return { server: { tls: { certFile, keyFile } } };
    },
    provoke({ folder }) {
      writeCertificate(folder, selfSignedUntil(new Date(Date.now() + 5 * DAY_MS), 'localhost'));
      return () => writeCertificate(folder, selfSigned('localhost'));
    },
  },
  {
    name: 'configuration',
    condition: 'the file of the configuration becomes invalid',
    alerts: { OutcropConfigRefused: { pod: POD } },
    traffic: 'none',
    provoke({ gateway }) {
      gateway.reconfigure((settings) => ({ ...settings, retry: { maxRetries: 'many' } }));
      return () => gateway.reconfigure((settings) => ({ ...settings, retry: {} }));
    },
  },
  {
    name: 'connections',
    condition: 'an address opens more connections without a key than it may hold',
    alerts: { OutcropConnectionsRefused: { pod: POD, reason: 'address_share' } },
    traffic: 'none',
    settings: () => ({ server: { maxConnectionsPerAddress: CONNECTIONS } }),
    provoke({ gateway }) {
      const { port } = new URL(gateway.origin);
      const sockets = new Set<Socket>();
      const timer = setInterval(() => {
        const socket = connect(Number(port), '127.0.0.1');
        sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
      }, 200);
      return () => {
        clearInterval(timer);
        for (const socket of sockets) socket.destroy();
      };
    },
  },
  {
    name: 'token-keys',
    condition: 'the file with the keys of a token issuer becomes invalid',
    alerts: { OutcropTokenKeysStale: { pod: POD, issuer: 'https://login.example.com/' } },
    traffic: 'none',
    settings({ folder }) {
      const jwksFile = join(folder, 'jwks.json');
      writeFileSync(jwksFile, KEY_SET);
      return { auth: { jwt: [{ issuer: 'https://login.example.com/', audience: ['outcrop'], jwksFile }] } };
    },
    provoke({ folder }) {
      const jwksFile = join(folder, 'jwks.json');
      writeFileSync(jwksFile, '{"keys": []}');
      return () => writeFileSync(jwksFile, KEY_SET);
    },
  },
  {
    name: 'redis',
    condition: 'Redis crashes',
    alerts: { OutcropRedisUnavailable: { pod: POD } },
    needs: 'redis',
    settings: ({ redis }) => ({ redis: { url: redis!.url } }),
    async provoke({ redis }) {
      await redis!.kill();
      return () => redis!.restart();
    },
  },
  {
    name: 'no-replica',
    condition: 'kube-state-metrics reports 0 of 3 replicas',
    alerts: {
      OutcropNoReplicaReady: { deployment: 'outcrop' },
      OutcropReplicasMissing: { deployment: 'outcrop' },
    },
    replicas: { available: 0, specified: 3 },
  },
  {
    name: 'missing-replica',
    condition: 'kube-state-metrics reports 2 of 3 replicas',
    alerts: { OutcropReplicasMissing: { deployment: 'outcrop' } },
    replicas: { available: 2, specified: 3 },
  },
];

function writeCertificate(folder: string, { cert, key }: { cert: string; key: string }): void {
  writeFileSync(join(folder, 'tls.key'), key, { mode: 0o600 });
  writeFileSync(join(folder, 'tls.crt'), cert);
}

import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';
import { add, ask, Load } from '../support/load.ts';
import { Nginx, nginxIsThere } from '../support/nginx.ts';
import { type Exit, Replica, startEmulatorProcess } from '../support/replica.ts';

const REPLICAS = 3;
const CLIENTS = { plain: 12, streams: 12 };
const MODELS = { plain: 'claude-haiku-4-5', stream: 'claude-opus-4-5' };
const DELTAS = 150;
/** Pause of the emulator between two deltas, so that a stream takes about four seconds. */
const PACE_MS = 25;
const DRAIN_DELAY_SECONDS = 3;
/** Time until the proxy learns of a replica's shutdown, as with an endpoints controller or a deployment script. */
const PROXY_LEARNS_AFTER_MS = 700;
/** Usually less than a minute; a busy machine needs longer. */
const PATIENCE_MS = 300_000;
const installed = await nginxIsThere();

(installed ? describe : describe.skip)('three replicas behind nginx with deploy/nginx/outcrop.conf', () => {
  let emulatorPort: number;
  let ports: number[];
  let replicas: Replica[];
  let nginx: Nginx;

  const start = (port: number): Promise<Replica> =>
    Replica.start({
      port,
      emulatorPort,
      environment: { GATEWAY__SHUTDOWN__DRAIN_DELAY_SECONDS: String(DRAIN_DELAY_SECONDS) },
    });

  beforeAll(async () => {
    emulatorPort = await freePort();
    await startEmulatorProcess(emulatorPort, [{ kind: 'pace', ms: PACE_MS }]);
    const text = Array.from({ length: DELTAS }, (_, index) => `word${index}`).join(' ');
    await fetch(`http://127.0.0.1:${emulatorPort}/__emulator/script`, {
      method: 'POST',
      body: JSON.stringify({ match: 'opus', text, times: 100_000 }),
    });
    ports = await Promise.all(Array.from({ length: REPLICAS }, freePort));
    replicas = await Promise.all(ports.map(start));
    nginx = await Nginx.start(ports);
  }, PATIENCE_MS);
  afterAll(() => nginx.stop());

  /** Restarts one replica after the other while clients send requests. */
  async function restartAll(whenDown: (port: number) => Promise<void>, whenUp: () => Promise<void>): Promise<Exit[]> {
    const exits: Exit[] = [];
    for (const [index, port] of ports.entries()) {
      const leaving = replicas[index]!;
      leaving.kill('SIGTERM');
      await whenDown(port);
      exits.push(await leaving.exited);
      replicas[index] = await start(port);
      await whenUp();
    }
    return exits;
  }

  it(
    'are replaced one after the other without a failed request or an incomplete stream',
    async () => {
      const load = new Load(nginx.port);
      load.start(CLIENTS, MODELS);
      const begun = performance.now();
      await sleep(1000);
      const exits = await restartAll(
        async (port) => {
          await sleep(PROXY_LEARNS_AFTER_MS);
          await nginx.reload(ports, [port]);
        },
        () => nginx.reload(ports, []),
      );
      await load.stop();
      print('rolling restart', load, begun);
      expect(await nginx.complaints()).toBe('');
      expect([...load.plain.keys(), ...load.streams.keys()]).toEqual(['200', 'whole']);
      expect(exits).toEqual(Array.from({ length: REPLICAS }, () => ({ code: 0, signal: null })));
      expect(load.streams.get('whole')).toBeGreaterThan(CLIENTS.streams);
    },
    PATIENCE_MS,
  );

  it(
    'lose only the streams of a replica that crashes; their clients detect a broken connection',
    async () => {
      const [crashing] = replicas as [Replica];
      const load = new Load(nginx.port);
      load.start({ plain: CLIENTS.plain, streams: 0 }, MODELS);
      const begun = performance.now();
      const heads: Promise<void>[] = [];
      const streams = Array.from({ length: CLIENTS.streams }, () => {
        const head = Promise.withResolvers<void>();
        heads.push(head.promise);
        return ask(nginx.port, { model: MODELS.stream, stream: true }, head.resolve);
      });
      await Promise.all(heads);
      const [lost, ...others] = await Promise.all(replicas.map((replica) => replica.openStreams()));
      const kept = others.reduce((sum, count) => sum + count, 0);
      crashing.kill('SIGKILL');
      await crashing.exited;
      for (const outcome of await Promise.all(streams)) add(load.streams, outcome);
      await load.stop();
      print('crash of a replica', load, begun);
      expect([lost! > 0, lost! + kept]).toEqual([true, CLIENTS.streams]);
      expect(Object.fromEntries(load.streams)).toEqual({ broken: lost, whole: kept });
      // Requests in progress at the crashed replica fail, because a retry would pay for the answer twice.
      const failed = [...load.plain].filter(([outcome]) => outcome !== '200');
      expect(failed.every(([outcome]) => outcome === '502 gateway_unavailable')).toBe(true);
      expect(failed.reduce((sum, [, count]) => sum + count, 0)).toBeLessThanOrEqual(CLIENTS.plain);
      // The replica is still down, and nginx has no notice of it.
      for (let round = 0; round < 30; round++) expect(await ask(nginx.port, { model: MODELS.plain })).toBe('200');
    },
    PATIENCE_MS,
  );
});

function print(title: string, load: Load, begun: number): void {
  const summaryOf = (outcomes: ReadonlyMap<string, number>): string =>
    [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log(
    `${title}: in ${seconds} s, plain requests: ${summaryOf(load.plain)}; streams: ${summaryOf(load.streams)}`,
  );
}

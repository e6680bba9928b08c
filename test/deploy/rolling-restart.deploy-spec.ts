import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';
import { add, ask, Load } from '../support/load.ts';
import { Nginx, nginxIsThere } from '../support/nginx.ts';
import { type Exit, Replica, startEmulatorProcess } from '../support/replica.ts';

const REPLICAS = 3;
const CLIENTS = { plain: 12, streams: 12 };
const MODELS = { plain: 'claude-haiku-4-5', stream: 'claude-opus-4-5' };
const WORDS = 150;
/** Of the emulator between two words: a stream takes some four seconds. */
const PACE_MS = 25;
const DRAIN_DELAY_SECONDS = 3;
/** As an endpoints controller or a deployment script is: the proxy learns of it after the replica. */
const PROXY_LEARNS_AFTER_MS = 700;
/** Usually less than a minute; a busy machine takes its time. */
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
    const text = Array.from({ length: WORDS }, (_, index) => `word${index}`).join(' ');
    await fetch(`http://127.0.0.1:${emulatorPort}/__emulator/script`, {
      method: 'POST',
      body: JSON.stringify({ match: 'opus', text, times: 100_000 }),
    });
    ports = await Promise.all(Array.from({ length: REPLICAS }, freePort));
    replicas = await Promise.all(ports.map(start));
    nginx = await Nginx.start(ports);
  }, PATIENCE_MS);
  afterAll(() => nginx.stop());

  /** One replica after the other, while clients go on asking. */
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
    'are replaced one after the other without a failed request, every stream whole',
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
    'lose the streams of one that crashes, and no others; its clients see a broken connection',
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
      // What the crashed one was just answering: asking another would pay for the answer twice.
      const failed = [...load.plain].filter(([outcome]) => outcome !== '200');
      expect(failed.every(([outcome]) => outcome === '502 gateway_unavailable')).toBe(true);
      expect(failed.reduce((sum, [, count]) => sum + count, 0)).toBeLessThanOrEqual(CLIENTS.plain);
      // It is still down, and nobody told nginx.
      for (let round = 0; round < 30; round++) expect(await ask(nginx.port, { model: MODELS.plain })).toBe('200');
    },
    PATIENCE_MS,
  );
});

function print(title: string, load: Load, begun: number): void {
  const told = (outcomes: ReadonlyMap<string, number>): string =>
    [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log(`${title}: in ${seconds} s, plain requests: ${told(load.plain)}; streams: ${told(load.streams)}`);
}

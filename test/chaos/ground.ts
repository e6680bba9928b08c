import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { selfSigned } from '../support/certificate.ts';
import { freePort } from '../support/free-port.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import type { Act, Case, StageName, TargetCount } from './case.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { routed } from './routes.ts';
import { TOKENS } from './rules.ts';
import { STAGES } from './stages.ts';
import { TARGET_TEXTS } from './target-texts.ts';

const AS_OFTEN_AS_ASKED = 1e9;

/** Error for a stage that this machine cannot build; its cases are reported as skipped. */
export class Unavailable extends Error {}

/** The setup that the cases of one stage share: a gateway, the emulators of its targets, and additional services. */
export class Ground {
  readonly gateway: GatewayProcess;
  /** Emulators by target; the first one is not called if the stage replaces it. */
  readonly emulators: Emulator[];
  private readonly redis?: TestRedis;
  private readonly closers: (() => Promise<void>)[];

  private constructor(gateway: GatewayProcess, emulators: Emulator[], closers: Ground['closers'], redis?: TestRedis) {
    this.gateway = gateway;
    this.emulators = emulators;
    this.closers = closers;
    this.redis = redis;
  }

  static async open(
    name: StageName,
    targets: TargetCount,
    cases: readonly Case[],
    compileCache: string,
  ): Promise<Ground> {
    const stage = STAGES[name];
    const closers: Ground['closers'] = [];
    try {
      const redis = stage.redis ? await redisOf(closers) : undefined;
      const emulators: Emulator[] = [];
      for (let index = 0; index < targets; index += 1) {
        emulators.push(await startEmulator({ paceMs: 0 }));
      }
      closers.push(async () => {
        for (const emulator of emulators) await emulator.close();
      });
      const first = stage.first ? await inPlaceOfBedrock(stage.first, closers) : emulators[0]!.url;
      const settings = await stage.settings({ redis: redis?.url, closers });
      const gateway = await GatewayProcess.start({
        settings: routed(settings, [first, ...emulators.slice(1).map(({ url }) => url)], cases),
        environment: stage.environment,
        compileCache,
      });
      closers.push(() => gateway.stop());
      return new Ground(gateway, emulators, closers, redis);
    } catch (error) {
      for (const close of closers.toReversed()) await close();
      throw error;
    }
  }

  /** Resets the previous case and configures the targets. */
  prepare(one: Pick<Case, 'fault'>, when: 'before' | 'behave'): void {
    for (const [index, emulator] of this.emulators.entries()) {
      emulator.reset();
      emulator.script([{ text: TARGET_TEXTS[index], usage: TOKENS, times: AS_OFTEN_AS_ASKED }]);
    }
    for (const fault of one.fault[when] ?? []) this.emulators[0]!.behave(fault);
  }

  /** Performs the action of the fault. Resolves with a function that reverts it. */
  async act(act: Act): Promise<() => Promise<void>> {
    const { gateway, redis } = this;
    const from = gateway.output.length;
    const back = async (): Promise<void> => {
      await gateway.prints('redis_recovered', from, 10_000);
    };
    switch (act) {
      case 'kill Redis':
        await redis!.kill();
        return async () => {
          await redis!.restart();
          await back();
        };
      case 'pause Redis':
        redis!.pause();
        return async () => {
          redis!.resume();
          await back();
        };
      case 'restart Redis':
        await redis!.restart();
        await gateway.prints('redis_unavailable', from);
        await back();
        return async () => undefined;
      case 'restart upstream': {
        const { port } = new URL(this.emulators[0]!.url);
        await this.emulators[0]!.close();
        this.emulators[0] = await startEmulator({ port: Number(port), paceMs: 0 });
        return async () => undefined;
      }
      default:
        return act satisfies never;
    }
  }

  async close(): Promise<void> {
    for (const close of this.closers.toReversed()) await close();
  }
}

async function redisOf(closers: Ground['closers']): Promise<TestRedis> {
  const redis = await startRedis();
  if (redis === undefined) throw new Unavailable('no redis-server');
  closers.push(() => redis.stop());
  return redis;
}

export type InPlaceOfBedrock = 'no listener' | 'no name' | 'mute' | 'self-signed' | 'not TLS';

/** Creates a first target that is not Bedrock and returns its endpoint. */
async function inPlaceOfBedrock(what: InPlaceOfBedrock, closers: Ground['closers']): Promise<string> {
  switch (what) {
    case 'no listener':
      return `http://127.0.0.1:${await freePort()}`;
    case 'no name':
      // A name that never resolves (RFC 6761).
      return 'http://bedrock.invalid';
    case 'mute':
      return `https://127.0.0.1:${await portOf(createServer(), closers)}`;
    case 'self-signed':
      return `https://localhost:${await portOf(createTlsServer(selfSigned('localhost')), closers)}`;
    case 'not TLS': {
      const emulator = await startEmulator();
      closers.push(() => emulator.close());
      return emulator.url.replace('http:', 'https:');
    }
    default:
      return what satisfies never;
  }
}

async function portOf(server: Server, closers: Ground['closers']): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

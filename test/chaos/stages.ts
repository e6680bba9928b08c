import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.ts';
import type { StageName } from './case.ts';
import type { Settings } from '../support/gateway-process.ts';
import type { InPlaceOfBedrock } from './ground.ts';
import { retriesOf } from './rules.ts';

interface Around {
  /** Present if the stage has a Redis. */
  redis?: string;
  closers: (() => Promise<void>)[];
}

/** The setup of a gateway for some of the faults. */
interface Stage {
  settings(around: Around): Settings | Promise<Settings>;
  /** The server in place of the first target's Bedrock; default the emulator. */
  first?: InPlaceOfBedrock;
  redis?: true;
  environment?: Record<string, string>;
}

interface Clocks {
  connectMs: number;
  firstEventMs: number;
  idleMs: number;
  totalMs: number;
}

/** Longer than any case that does not test time limits. */
const PATIENT: Clocks = { connectMs: 5_000, firstEventMs: 20_000, idleMs: 20_000, totalMs: 60_000 };

function settings(name: StageName, clocks: Partial<Clocks> = {}, more: Settings = {}): Settings {
  return {
    retry: { maxRetries: retriesOf(name), baseDelayMs: 10, maxDelayMs: 50, budgetPerSecond: 1_000 },
    bedrock: { region: 'us-east-1', timeouts: { ...PATIENT, ...clocks } },
    shutdown: { drainDelaySeconds: 0, graceSeconds: 1 },
    ...more,
  };
}

function plain(name: StageName, rest: Partial<Stage> = {}): Stage {
  return { settings: () => settings(name), ...rest };
}

export const STAGES: Readonly<Record<StageName, Stage>> = {
  usual: plain('usual'),
  clock: plain('clock'),
  impatient: { settings: () => settings('impatient', { firstEventMs: 900, idleMs: 900 }) },
  hurried: { settings: () => settings('hurried', { totalMs: 2_000 }) },
  'keep-alive': {
    settings: () =>
      settings('keep-alive', { firstEventMs: 2_500, idleMs: 2_500 }, { streaming: { keepAliveSeconds: 1 } }),
  },
  'keep-alive and retries': {
    settings: () => settings('keep-alive and retries', {}, { streaming: { keepAliveSeconds: 1 } }),
  },
  refused: plain('refused', { first: 'no listener' }),
  nameless: plain('nameless', { first: 'no name' }),
  mute: { settings: () => settings('mute', { connectMs: 900 }), first: 'mute' },
  'self-signed': plain('self-signed', { first: 'self-signed' }),
  'not TLS': plain('not TLS', { first: 'not TLS' }),
  'no credentials': plain('no credentials', { environment: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' } }),
  'wrong secret': plain('wrong secret', { environment: { AWS_SECRET_ACCESS_KEY: 'not-it' } }),
  'no Redis': {
    settings: async () => settings('no Redis', {}, { redis: { url: `redis://127.0.0.1:${await freePort()}` } }),
  },
  Redis: { settings: ({ redis }) => settings('Redis', {}, { redis: { url: redis } }), redis: true },
  'full disk': {
    settings: async ({ closers }) =>
      settings('full disk', {}, { logging: { file: { path: await fullDisk(closers) } } }),
  },
};

/**
 * Creates the path of a log file on a full disk: the file that pino-roll opens links to a device that rejects every
 * byte.
 */
async function fullDisk(closers: Around['closers']): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'outcrop-full-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  await symlink('/dev/full', join(folder, 'gateway.1.log'));
  return join(folder, 'gateway.log');
}

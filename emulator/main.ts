import './exit-on-early-signal.ts';
import type { EmulatorOptions } from './emulator.ts';

const { env } = process;
// Static imports would load the emulator before the first file handles signals.
const { startEmulator } = await import('./emulator.ts');

const options: EmulatorOptions = {
  port: Number(env.EMULATOR_PORT ?? 8090),
  host: env.EMULATOR_HOST ?? '127.0.0.1',
  accessKeyId: env.EMULATOR_ACCESS_KEY_ID,
  secretAccessKey: env.EMULATOR_SECRET_ACCESS_KEY,
  bearerToken: env.EMULATOR_BEARER_TOKEN,
  paceMs: env.EMULATOR_PACE_MS === undefined ? undefined : Number(env.EMULATOR_PACE_MS),
};
const emulator = await startEmulator(options);
for (const behavior of [JSON.parse(env.EMULATOR_BEHAVE ?? '[]')].flat()) emulator.behave(behavior);
console.log(`Bedrock emulator at ${emulator.url}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void emulator.close());
}

/** Measures in a process of its own, started with the right flags by `measure.ts`, and sends what came out. */
import type { GatewayCosts } from './gateway-costs.ts';
import type { Law } from './laws.ts';
import { Meter } from './meter.ts';
import type { OpenStream } from './open-streams.ts';

export interface Measured {
  gateway: GatewayCosts;
  /** The same with 1,000 keys, 500 models and 100,000 requests in the window. */
  crowdedGateway: GatewayCosts;
  openStream: OpenStream;
  laws: Law[];
}

const meter = new Meter();
await meter.open();
// Only functions that are compiled from here on count their blocks: a loop by its turns, not as one call.
const { measureGateway } = await import('./gateway-costs.ts');
const { measureOpenStreams } = await import('./open-streams.ts');
const { measureLaws } = await import('./laws.ts');

const measured: Measured = {
  gateway: await measureGateway(meter, { keys: 1, models: 0, hits: 10 }),
  crowdedGateway: await measureGateway(meter, { keys: 1_000, models: 500, hits: 100_000 }),
  openStream: await measureOpenStreams(meter),
  laws: await measureLaws(meter),
};
process.send?.(measured, () => process.exit(0));

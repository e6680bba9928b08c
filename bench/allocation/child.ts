/** Measures in a separate process, which measure.ts starts with the required flags, and sends the results. */
import type { GatewayCosts } from './gateway-costs.ts';
import type { ScalingCost } from './scaling.ts';
import { Meter } from './meter.ts';
import type { OpenStream } from './open-streams.ts';

export interface Measured {
  gateway: GatewayCosts;
  /** Costs with 1,000 keys, 500 models and 100,000 requests in the window. */
  crowdedGateway: GatewayCosts;
  openStream: OpenStream;
  scaling: ScalingCost[];
}

const meter = new Meter();
await meter.open();
// Imports after the meter is open, because V8 counts blocks only in functions that it compiles afterwards.
const { measureGateway } = await import('./gateway-costs.ts');
const { measureOpenStreams } = await import('./open-streams.ts');
const { measureScaling } = await import('./scaling.ts');

const measured: Measured = {
  gateway: await measureGateway(meter, { keys: 1, models: 0, hits: 10 }),
  crowdedGateway: await measureGateway(meter, { keys: 1_000, models: 500, hits: 100_000 }),
  openStream: await measureOpenStreams(meter),
  scaling: await measureScaling(meter),
};
process.send?.(measured, () => process.exit(0));

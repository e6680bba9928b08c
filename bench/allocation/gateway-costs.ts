import { divided } from './laws.ts';
import type { Count, Meter } from './meter.ts';
import { type Crowd, startGateway } from './started-gateway.ts';

/** Of the whole gateway. */
export interface GatewayCosts {
  request: Count;
  /** Each delta arrives alone: the dearest way there is. */
  delta: Count;
}

const REQUESTS = 100;
const DELTAS = 100;
const STREAMS = 3;
const WARM_UP_REQUESTS = 100;

export async function measureGateway(meter: Meter, crowd: Crowd): Promise<GatewayCosts> {
  const gateway = await startGateway(crowd);
  await gateway.run({ requests: WARM_UP_REQUESTS, deltas: 0 });
  const request = await meter.count(() => gateway.run({ requests: REQUESTS, deltas: 0 }));
  const short = await meter.count(() => gateway.run({ requests: STREAMS, deltas: 1 }));
  const long = await meter.count(() => gateway.run({ requests: STREAMS, deltas: DELTAS + 1 }));
  const deltas = { bytes: long.bytes - short.bytes, operations: long.operations - short.operations };
  await gateway.close();
  return { request: divided(request, REQUESTS), delta: divided(deltas, STREAMS * DELTAS) };
}

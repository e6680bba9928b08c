import { divided } from './scaling.ts';
import type { Count, Meter } from './meter.ts';
import { type GatewayLoad, startGateway } from './started-gateway.ts';

/** Costs of the whole gateway. */
export interface GatewayCosts {
  request: Count;
  /** Costs of a delta that arrives alone, which is the most expensive case. */
  delta: Count;
}

const REQUESTS = 100;
const DELTAS = 100;
const STREAMS = 3;
const WARM_UP_REQUESTS = 100;

export async function measureGateway(meter: Meter, load: GatewayLoad): Promise<GatewayCosts> {
  const gateway = await startGateway(load);
  await gateway.run({ requests: WARM_UP_REQUESTS, deltas: 0 });
  const request = await meter.count(() => gateway.run({ requests: REQUESTS, deltas: 0 }));
  const short = await meter.count(() => gateway.run({ requests: STREAMS, deltas: 1 }));
  const long = await meter.count(() => gateway.run({ requests: STREAMS, deltas: DELTAS + 1 }));
  const deltas = { bytes: long.bytes - short.bytes, operations: long.operations - short.operations };
  await gateway.close();
  return { request: divided(request, REQUESTS), delta: divided(deltas, STREAMS * DELTAS) };
}

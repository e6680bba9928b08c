import { describe, expect, it } from '@jest/globals';
import { OverloadDetector, type LoadSample } from './overload-detector.ts';

const CALM: LoadSample = { late: false, rejected: 0, inFlight: 10, limit: 100, queued: 0, maxQueuedRequests: 50 };

function detectorAfter(...samples: Partial<LoadSample>[]): OverloadDetector {
  const pressure = new OverloadDetector();
  for (const sample of samples) pressure.observe({ ...CALM, ...sample });
  return pressure;
}
const times = (count: number, sample: Partial<LoadSample> = {}): Partial<LoadSample>[] =>
  Array.from({ length: count }, () => sample);

describe('OverloadDetector', () => {
  it('reports no overload if all slots are in use and no request is rejected', () => {
    expect(detectorAfter({ inFlight: 100, queued: 40 }).reason).toBeUndefined();
  });

  it.each([
    ['the event loop is late', { late: true }],
    ['requests are rejected', { rejected: 1 }],
    ['nearly full', { queued: 45 }],
  ])('reports an overload when %s', (reason, sample) => {
    expect(detectorAfter(sample).reason).toContain(reason);
  });

  it('reports the end after six consecutive calm samples', () => {
    expect(detectorAfter({ late: true }, ...times(5)).reason).toBeDefined();
    expect(detectorAfter({ late: true }, ...times(5), { rejected: 1 }, ...times(5)).reason).toBeDefined();
    expect(detectorAfter({ late: true }, ...times(6)).reason).toBeUndefined();
  });

  it('reports no end before capacity is free', () => {
    expect(detectorAfter({ rejected: 3 }, ...times(20, { inFlight: 95 })).reason).toBeDefined();
    expect(detectorAfter({ rejected: 3 }, ...times(20, { queued: 25 })).reason).toBeDefined();
    expect(detectorAfter({ rejected: 3 }, ...times(20, { inFlight: 90, queued: 24 })).reason).toBeUndefined();
  });
});

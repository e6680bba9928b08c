import { describe, expect, it } from '@jest/globals';
import { OverloadDetector, type LoadSample } from './overload-detector.ts';

const CALM: LoadSample = { late: false, refused: 0, inFlight: 10, limit: 100, queued: 0, maxQueuedRequests: 50 };

function pressed(...samples: Partial<LoadSample>[]): OverloadDetector {
  const pressure = new OverloadDetector();
  for (const sample of samples) pressure.observe({ ...CALM, ...sample });
  return pressure;
}
const times = (count: number, sample: Partial<LoadSample> = {}): Partial<LoadSample>[] =>
  Array.from({ length: count }, () => sample);

describe('whether more requests are welcome', () => {
  it('they are, also with every place taken, as long as nobody has to be refused', () => {
    expect(pressed({ inFlight: 100, queued: 40 }).reason).toBeUndefined();
  });

  it.each([
    ['the event loop is late', { late: true }],
    ['requests are refused', { refused: 1 }],
    ['nearly full', { queued: 45 }],
  ])('they are not when %s', (reason, sample) => {
    expect(pressed(sample).reason).toContain(reason);
  });

  it('they are again after six calm samples in a row', () => {
    expect(pressed({ late: true }, ...times(5)).reason).toBeDefined();
    expect(pressed({ late: true }, ...times(5), { refused: 1 }, ...times(5)).reason).toBeDefined();
    expect(pressed({ late: true }, ...times(6)).reason).toBeUndefined();
  });

  it('not before there is room', () => {
    expect(pressed({ refused: 3 }, ...times(20, { inFlight: 95 })).reason).toBeDefined();
    expect(pressed({ refused: 3 }, ...times(20, { queued: 25 })).reason).toBeDefined();
    expect(pressed({ refused: 3 }, ...times(20, { inFlight: 90, queued: 24 })).reason).toBeUndefined();
  });
});

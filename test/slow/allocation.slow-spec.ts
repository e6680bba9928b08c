import { readBaseline } from '../../bench/allocation/baseline.ts';
import type { Measured } from '../../bench/allocation/child.ts';
import type { Count } from '../../bench/allocation/meter.ts';
import { measureAllocation } from '../../bench/allocation/measure.ts';

/** Wide, because the expected regressions (a copy of every body, one more stream per chunk) double the figures. */
const MARGIN = 1.6;
/** Narrow, because the memory that a stream retains varies little. */
const KEPT_MARGIN = 1.2;
/** A request is kept as text and as the body for Bedrock: twice its size. A third copy would be the received body. */
const KEPT_OF_A_BYTE = 2.5;
/** Growth with the size of a list or with earlier requests would exceed this. */
const FLAT = 1.25;

/** Counts allocations instead of time: `bench/allocation`. A change that is worth its cost records a new baseline. */
describe('allocations and executed bytecode', () => {
  const baseline = readBaseline();
  let measured: Measured;
  beforeAll(async () => {
    measured = await measureAllocation();
  }, 180_000);

  it('per request are near the baseline (npm run bench -- --record)', () => {
    const { bytes, operations } = measured.gateway.request;
    expect(bytes).toBeLessThan(baseline.bytesPerRequest * MARGIN);
    expect(operations).toBeLessThan(baseline.operationsPerRequest * MARGIN);
  });

  it('per delta are near the baseline (npm run bench -- --record)', () => {
    const { bytes, operations } = measured.gateway.delta;
    expect(bytes).toBeLessThan(baseline.bytesPerDelta * MARGIN);
    expect(operations).toBeLessThan(baseline.operationsPerDelta * MARGIN);
  });

  it('retained by an open stream are near the baseline (npm run bench -- --record)', () => {
    expect(measured.openStream.bytes).toBeLessThan(baseline.bytesPerOpenStream * KEPT_MARGIN);
    expect(measured.openStream.perByte).toBeLessThan(KEPT_OF_A_BYTE);
  });

  it('per request do not grow with keys, models and requests in the window', () => {
    expectFlat(measured.gateway.request, measured.crowdedGateway.request);
  });

  it.each([
    'a delta, in answers of 10 and of 10,000',
    'a kilobyte of conversation, in requests of 40 KB and of 4 MB',
    'checking a key, of 1 and of 1,000',
    'reading a key of a file, of 1,000 and of 10,000',
    'finding a model, beside 1 and 500',
    'counting a request, after 10 and 100,000 in the window',
  ])('are equal for %s', (name) => {
    const invariant = measured.scaling.find((one) => one.name === name);
    expect(invariant).toBeDefined();
    expectFlat(invariant!.few, invariant!.many);
  });
});

function expectFlat(few: Count, many: Count): void {
  expect(many.bytes).toBeLessThan(few.bytes * FLAT);
  expect(many.operations).toBeLessThan(few.operations * FLAT);
}

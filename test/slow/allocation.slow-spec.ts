import { readBaseline } from '../../bench/allocation/baseline.ts';
import type { Measured } from '../../bench/allocation/child.ts';
import type { Count } from '../../bench/allocation/meter.ts';
import { measureAllocation } from '../../bench/allocation/measure.ts';

/** Wide: what this is to catch (a copy of every body, a stream too many for each chunk) doubles the figures. */
const MARGIN = 1.6;
/** Narrower: what a stream keeps comes to the same each time. */
const KEPT_MARGIN = 1.2;
/** What is asked is kept as text, and as what is sent to Bedrock: twice. A third time would be the body as it came. */
const KEPT_OF_A_BYTE = 2.5;
/** What grows with the size of a list, or with what came before, comes to much more than this. */
const FLAT = 1.25;

/** Counted, not timed: `bench/allocation`. A change that is worth its cost records a new baseline. */
describe('what the gateway allocates and executes', () => {
  const baseline = readBaseline();
  let measured: Measured;
  beforeAll(async () => {
    measured = await measureAllocation();
  }, 180_000);

  it('for a request is near the baseline (npm run bench -- --record)', () => {
    const { bytes, operations } = measured.gateway.request;
    expect(bytes).toBeLessThan(baseline.bytesPerRequest * MARGIN);
    expect(operations).toBeLessThan(baseline.operationsPerRequest * MARGIN);
  });

  it('for a delta is near the baseline (npm run bench -- --record)', () => {
    const { bytes, operations } = measured.gateway.delta;
    expect(bytes).toBeLessThan(baseline.bytesPerDelta * MARGIN);
    expect(operations).toBeLessThan(baseline.operationsPerDelta * MARGIN);
  });

  it('and keeps for an open stream is near the baseline (npm run bench -- --record)', () => {
    expect(measured.openStream.bytes).toBeLessThan(baseline.bytesPerOpenStream * KEPT_MARGIN);
    expect(measured.openStream.perByte).toBeLessThan(KEPT_OF_A_BYTE);
  });

  it('for a request does not grow with keys, models and requests in the window', () => {
    expectFlat(measured.gateway.request, measured.crowdedGateway.request);
  });

  it.each([
    'a delta, in answers of 10 and of 10,000',
    'a kilobyte of conversation, in requests of 40 KB and of 4 MB',
    'checking a key, of 1 and of 1,000',
    'finding a model, beside 1 and 500',
    'counting a request, after 10 and 100,000 in the window',
  ])('is the same for %s', (name) => {
    const cost = measured.scaling.find((one) => one.name === name);
    expect(cost).toBeDefined();
    expectFlat(cost!.few, cost!.many);
  });
});

function expectFlat(few: Count, many: Count): void {
  expect(many.bytes).toBeLessThan(few.bytes * FLAT);
  expect(many.operations).toBeLessThan(few.operations * FLAT);
}

import * as fc from 'fast-check';
import { driftCauses } from '../../../src/ledger/reconciliation/drift/drift-causes.ts';
import { BILLED_KINDS } from '../../../src/ledger/reconciliation/bill/billed-line.ts';
import type { BilledCell } from '../../../src/ledger/reconciliation/bill/bill-sums.ts';
import { modelDayOf } from '../../../src/ledger/reconciliation/drift/model-day.ts';
import { fakeCell } from './fake-ledger.ts';

const PLACE = { account: '111122223333', day: '2026-11-10', model: 'nova-pro' };
const tier = fc.constantFrom('default' as const, 'flex' as const, 'priority' as const);
const region = fc.constantFrom('us-east-1', 'eu-west-1', '');
const kind = fc.constantFrom(...BILLED_KINDS);
const billed: fc.Arbitrary<BilledCell> = fc.record({
  account: fc.constant(PLACE.account),
  day: fc.constant(PLACE.day),
  model: fc.constant(PLACE.model),
  kind,
  tier,
  region,
  place: fc.constantFrom('global' as const, 'region' as const),
  caller: fc.constantFrom('gateway' as const, 'unknown' as const, 'other' as const),
  quantityMicro: fc.bigInt(-1_000n, 10n ** 15n),
  listPico: fc.bigInt(-1_000n, 10n ** 16n),
  contractPico: fc.bigInt(0n, 10n ** 16n),
});
const recorded = fc
  .record({
    tier,
    region,
    kind,
    count: fc.bigInt(0n, 10n ** 9n),
    listNano: fc.bigInt(0n, 10n ** 13n),
    estimatedNano: fc.bigInt(0n, 10n ** 12n),
  })
  .map(({ count, kind: name, ...fields }) => fakeCell({ ...fields, quantities: { [name]: count } }));

describe('the causes of any drift', () => {
  it('sum up to it exactly', () => {
    fc.assert(
      fc.property(fc.array(billed, { maxLength: 12 }), fc.array(recorded, { maxLength: 8 }), (bill, ledger) => {
        const group = modelDayOf(PLACE, bill, ledger);
        const causes = driftCauses(group);
        const sum = causes.reduce((total, { listPico }) => total + listPico, 0n);
        expect(sum).toBe(group.aws.list - group.ledger.list);
        expect(causes.every(({ listPico }) => listPico !== 0n)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

import { type Charge, keyOfTerms } from './charge.ts';

/** Adds up charges with the same terms. */
export class ChargeGroups {
  private readonly groups = new Map<string, Charge>();

  get size(): number {
    return this.groups.size;
  }

  add(charge: Charge): void {
    const key = keyOfTerms(charge);
    const sum = this.groups.get(key);
    this.groups.set(
      key,
      sum === undefined
        ? charge
        : {
            ...sum,
            units: sum.units + charge.units,
            listCostNano: sum.listCostNano + charge.listCostNano,
            contractCostNano: sum.contractCostNano + charge.contractCostNano,
            calls: sum.calls + charge.calls,
            requests: sum.requests + charge.requests,
          },
    );
  }

  /** Returns the sums in a fixed order, and removes them. */
  take(): Charge[] {
    const sorted = [...this.groups].sort(([left], [right]) => (left < right ? -1 : 1));
    this.groups.clear();
    return sorted.map(([, charge]) => charge);
  }
}

import { type Case, type Fault, FORMS } from './case.ts';
import { FAULTS } from './faults.ts';
import { TARGET_COUNTS } from './routes.ts';

/** Returns every fault in each form, with each number of targets. */
export function matrix(faults: readonly Fault[] = FAULTS): Case[] {
  const cases: Case[] = [];
  for (const fault of faults) {
    for (const form of fault.forms ?? FORMS) {
      for (const targets of TARGET_COUNTS) {
        if (fault.targets && !fault.targets.includes(targets)) continue;
        cases.push({ id: `case-${cases.length + 1}`, fault, form, targets });
      }
    }
  }
  return cases;
}

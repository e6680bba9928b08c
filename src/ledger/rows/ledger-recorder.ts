import type { LedgerRow } from './ledger-row.ts';

/** Injection token of the LedgerRecorder. */
export const LEDGER_RECORDER = Symbol('LEDGER_RECORDER');

/** Takes the rows of the ledger. The only part of the ledger that requests call. */
export interface LedgerRecorder {
  /** False if rows are not kept. Then no row is built, and responses have no `x-outcrop-id`. */
  readonly isEnabled: boolean;
  /** Takes a row. Returns at once, never throws, and holds a bounded amount of memory. */
  append(row: LedgerRow): void;
}

/** The recorder of a gateway without a ledger. */
export const NO_LEDGER: LedgerRecorder = Object.freeze({ isEnabled: false, append: () => undefined });

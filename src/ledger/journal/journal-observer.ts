/**
 * Why rows were lost.
 * - `journal_full`: the database was away for too long.
 * - `memory`: the folder of the journal could not be written either.
 * - `invalid`: the row is not JSON.
 * - `damaged`: the line in the journal is damaged or not complete.
 */
export type LossReason = 'journal_full' | 'memory' | 'invalid' | 'damaged';

/** Counts rows, for metrics. */
export interface JournalObserver {
  appended(rows: number): void;
  lost(reason: LossReason, rows: number): void;
}

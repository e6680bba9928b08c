import { appendFile, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { QuarantinedRow } from '../preparation/row-admission.ts';

const MAX_QUARANTINE_BYTES = 33_554_432;

/** Rows in quarantine that the table does not accept, as lines of JSON. */
export class QuarantineFile {
  constructor(readonly path: string) {}

  /** Appends rows. Throws an Error if the file is full or cannot be written. */
  async append(rows: readonly QuarantinedRow[]): Promise<void> {
    const size = await stat(this.path).then(
      (found) => found.size,
      () => 0,
    );
    if (size > MAX_QUARANTINE_BYTES) throw new Error(`${this.path} has more than ${MAX_QUARANTINE_BYTES} bytes`);
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    await appendFile(this.path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { mode: 0o600 });
  }
}

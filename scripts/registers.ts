/** Writes the parts of the documentation that come from the registers of error codes and headers. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withErrorCodes } from './error-codes-table.ts';

const failures = new URL('../docs/failures.md', import.meta.url);
writeFileSync(failures, withErrorCodes(readFileSync(failures, 'utf8')));
console.log('wrote docs/failures.md');

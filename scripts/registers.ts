// `npm run docs:registers`: writes the documentation of error codes and headers from their registers.
import { readFileSync, writeFileSync } from 'node:fs';
import { withErrorCodes } from './error-codes-table.ts';
import { renderHeadersPage } from './headers-page.ts';

const failures = new URL('../docs/failures.md', import.meta.url);
writeFileSync(failures, withErrorCodes(readFileSync(failures, 'utf8')));
writeFileSync(new URL('../docs/headers.md', import.meta.url), renderHeadersPage());
console.log('wrote docs/failures.md and docs/headers.md');

// `npm run docs:compatibility`: writes docs/compatibility.md from the tables of request fields.
import { writeFileSync } from 'node:fs';
import { renderCompatibilityPage } from '../src/translation/parameters/compatibility-page.ts';

writeFileSync(new URL('../docs/compatibility.md', import.meta.url), renderCompatibilityPage());
console.log('wrote docs/compatibility.md');

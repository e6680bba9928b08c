import { globSync, readFileSync } from 'node:fs';

/** Vocabulary that documentation does not use: vague verbs, metaphors, and persons where a component acts. */
const BANNED =
  /(?<![\w-])(?:tells?|told|says?|said|words|thoughts?|abroad|foreign|left\s+alone|doors?|rooms?|house|conductor|law|in\s+vain|whoever|nobody|somebody|everybody|anybody|hence|who\s+asks|becomes\s+of)(?![\w-])/gi;

/** Pages with generated tables, whose texts come from the code. */
const GENERATED = ['docs/compatibility.md', 'docs/configuration.md', 'docs/notebooks/chaos-cases.md'];
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'emulator/README.md',
  'deploy/iam/README.md',
  'deploy/systemd/README.md',
  ...globSync('docs/**/*.md').filter((page) => !GENERATED.includes(page)),
];

/** Returns the text of a page without code, generated tables and quotations. */
function prose(page: string): string {
  return readFileSync(page, 'utf8')
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .replaceAll(/<!-- metrics: written[\s\S]*?<!-- \/metrics -->/g, '')
    .replaceAll(/`[^`\n]*`/g, '``');
}

it.each(PAGES)('%s uses plain vocabulary', (page) => {
  expect([...prose(page).matchAll(BANNED)].map(([word]) => word)).toEqual([]);
});

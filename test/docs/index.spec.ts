import { globSync, readFileSync } from 'node:fs';
import { normalize } from 'node:path';

const INDEX = 'docs/README.md';
const SECTIONS = readFileSync(INDEX, 'utf8').split(/^## /m).slice(1);

/** Returns the paths of the pages that a part of the index links to. */
function linkedPages(text: string): string[] {
  return [...text.matchAll(/^\| \[.+?\]\((.+?)\) \|/gm)].map(([, path]) => normalize(`docs/${path}`));
}

describe(INDEX, () => {
  it('lists every page of docs/', () => {
    // Decisions have a separate index.
    const pages = globSync('docs/**/*.md').filter(
      (page) => page !== INDEX && !/^docs\/decisions\/(?!README)/.test(page),
    );
    const listed = new Set(SECTIONS.flatMap(linkedPages));
    expect(pages.filter((page) => !listed.has(page))).toEqual([]);
  });

  it('has a section for each reader, which lists a page at most once', () => {
    expect(SECTIONS.map((section) => section.split('\n')[0])).toEqual([
      'Application developers',
      'Operators',
      'Security and finance',
      'Contributors',
    ]);
    for (const section of SECTIONS) {
      const pages = linkedPages(section);
      expect(pages.length).toBeGreaterThan(3);
      expect(pages).toEqual([...new Set(pages)]);
    }
  });

  it('describes each page in one line', () => {
    const rows = SECTIONS.flatMap((section) => [...section.matchAll(/^\| \[(.+)$/gm)].map(([row]) => row));
    expect(rows.filter((row) => !/^\| \[.+?\]\(.+?\) \| \S.{10,} \|$/.test(row))).toEqual([]);
  });
});

describe('docs/decisions/README.md', () => {
  it('lists every page of decisions', () => {
    const index = readFileSync('docs/decisions/README.md', 'utf8');
    const pages = globSync('docs/decisions/*.md').filter((page) => !page.endsWith('README.md'));
    expect(pages.filter((page) => !index.includes(`](${page.slice('docs/decisions/'.length)}`))).toEqual([]);
  });
});

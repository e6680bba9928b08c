import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parse } from 'yaml';
import { alertList } from '../../scripts/alert-list.ts';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { SETTING_RENAMES } from '../../src/config/settings/renamed-settings.ts';
import type { SectionClass } from '../../src/config/settings/section-class.ts';
import { settingsOf } from '../../src/config/settings/setting.ts';
import { ALERTS, HANDBOOK, markedBlocks } from '../deploy/handbook.ts';
import { startGateway } from '../support/gateway.ts';

/** Pages for users, whose references must exist. */
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'emulator/README.md',
  'deploy/iam/README.md',
  'deploy/systemd/README.md',
  ...globSync('docs/**/*.md'),
];
const SPECS = globSync('{src,test}/**/*spec.ts');
const read = (page: string) => readFileSync(page, 'utf8');

/** Returns the text in backticks outside of code blocks. */
function inlineCode(page: string): string[] {
  const text = read(page).replaceAll(/^```[\s\S]*?^```/gm, '');
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word!);
}

/** Returns the anchors of headings as GitHub generates them. */
function anchors(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Returns the paths of all settings, including sections, with entries of lists as sections. */
function settingPaths(type: SectionClass, above = ''): string[] {
  return [...settingsOf(type).values()].flatMap(({ name, kind }) => {
    const path = above + name;
    return 'type' in kind ? [path, ...settingPaths(kind.type, `${path}.`)] : [path];
  });
}

const CHART_VALUES = parse(read('helm/outcrop/values.yaml')) as Record<string, unknown>;

/** Returns true for the path of a value of the chart, such as `networkPolicy.egress`. */
function isChartValue(path: string): boolean {
  const [last, ...above] = path.split('.').toReversed();
  const section = above
    .toReversed()
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], CHART_VALUES);
  return typeof section === 'object' && section !== null && Object.hasOwn(section, last!);
}

describe.each(PAGES)('%s', (page) => {
  it('names existing scripts', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(page).matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('names existing tests', () => {
    const commands = [...read(page).matchAll(/npm test -- ([^`\n]+)/g)].flatMap(([, list]) => list!.split(' '));
    const named = commands.filter((word) => /^(?:src|test)\//.test(word));
    expect(named.filter((path) => !SPECS.some((spec) => spec.includes(path)))).toEqual([]);
  });

  it('links to existing files and headings', () => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)];
    const broken = links.filter(([, path, anchor]) => {
      const target = path === '' ? page : normalize(join(dirname(page), path!));
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchors(target).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('names existing files', () => {
    const named = inlineCode(page).filter((word) =>
      /^(?:src|test|docs|helm|deploy|config|scripts|bench|emulator)\/[\w./-]+$/.test(word),
    );
    expect(named.filter((path) => !existsSync(path) && !existsSync(join('src', path)))).toEqual([]);
  });

  it('names existing settings', () => {
    const known = new Set(settingPaths(GatewayConfig));
    if (page === 'docs/configuration.md') for (const { from } of SETTING_RENAMES) known.add(from.replaceAll('[]', ''));
    const sections = [...settingsOf(GatewayConfig).keys()];
    // Request fields contain underscores, settings do not.
    const named = inlineCode(page)
      .filter((word) => !word.includes('_'))
      .map((word) => /^(?:config\.)?([a-z]\w*(?:\[[\w-]*\])?(?:\.\w+(?:\[[\w-]*\])?)+)(?=:? |:?$)/.exec(word)?.[1])
      .filter((path) => path !== undefined)
      .map((path) => path.replaceAll(/\[[\w-]*\]/g, ''))
      .filter((path) => sections.includes(path.split('.')[0]!) && !/\.(ts|js|md|json|yaml)$/.test(path));
    expect(named.filter((path) => !known.has(path) && !isChartValue(path))).toEqual([]);
  });
});

describe('all pages', () => {
  it('name existing metrics', async () => {
    const gateway = await startGateway('deprecatedNames: { emit: true }');
    const metrics = await (await gateway.send('/metrics')).text();
    const known = new Set([...metrics.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const named = PAGES.flatMap((page) => read(page).match(/\boutcrop_[a-z_]*[a-z]\b(?![*…])/g) ?? []);
    const missing = named.filter((name) => !known.has(name) && !known.has(name.replace(/_(bucket|sum|count)$/, '')));
    expect([...new Set(missing)]).toEqual([]);
  });
});

describe(HANDBOOK, () => {
  it('name existing values of the chart', () => {
    const named = inlineCode(HANDBOOK).filter(
      (word) => /^[a-z]\w*(\.\w+)+$/.test(word) && Object.hasOwn(CHART_VALUES, word.split('.')[0]!),
    );
    const missing = named.filter((path) => !path.startsWith('config.') && !isChartValue(path));
    expect(named.length).toBeGreaterThan(5);
    expect(missing).toEqual([]);
  });

  it('contain the policies of deploy/iam unchanged', () => {
    const blocks = markedBlocks('same');
    expect(blocks.map(({ value }) => value)).toEqual(['deploy/iam/invoke-geo.json']);
    for (const { value, code } of blocks) expect(JSON.parse(code)).toEqual(JSON.parse(read(value)));
  });
});

describe(ALERTS, () => {
  it('have a section for each alert of the chart, whose anchor is the lowercase name', () => {
    const rules = read('helm/outcrop/templates/prometheusrule.yaml');
    const alerts = alertList().alerts.map(({ alert }) => alert);
    const sections = [...read(ALERTS).matchAll(/^### (Outcrop\w+)$/gm)].map(([, name]) => name!);
    expect(sections.toSorted()).toEqual(alerts.toSorted());
    expect(rules).toContain('#{{ lower .alert }}');
    expect(anchors(ALERTS)).toEqual(expect.arrayContaining(alerts.map((name) => name.toLowerCase())));
  });
});

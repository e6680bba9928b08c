import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package whose code the bundle contains. */
export interface BundledPackage {
  /** Its folder, such as `node_modules/pino` or `node_modules/a/node_modules/b`. */
  path: string;
  name: string;
  version: string;
  /** SPDX expression of its manifest; empty if the manifest states none. */
  license: string;
}

const LICENSE_FILE = /^(licen[sc]e|copying|notice|copyright)/i;
const IN_PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
/** Files with the text of licenses, for packages that state a license without its text. */
const STANDARD_TEXTS: Readonly<Record<string, string>> = { 'Apache-2.0': 'LICENSE' };
const RULER = `\n\n${'='.repeat(80)}\n\n`;

/** Returns the packages that have code in the outputs of the bundle, in order of their paths. */
export function bundledPackages({ outputs }: Metafile): BundledPackage[] {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const paths = new Set(files.flatMap((file) => IN_PACKAGE.exec(file)?.[1] ?? []));
  return [...paths].sort().map(describePackage);
}

/** Reads name, version and license of the package in a folder. */
export function describePackage(path: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  return { path, name, version, license: license ?? '' };
}

/**
 * Returns the texts of the licenses of all packages, and the legal comments of their code. Packages with an equal text share
 * a section. Throws for a package without a text, because the file would be incomplete.
 */
export function licensesOf(packages: readonly BundledPackage[], legalComments: readonly string[]): string {
  const sections = new Map<string, BundledPackage[]>();
  for (const each of packages) {
    const text = licenseTextOf(each);
    sections.set(text, [...(sections.get(text) ?? []), each]);
  }
  const licenses = [...sections].map(([text, owners]) => `${owners.map(titleOf).join('\n')}\n\n${text}`);
  const comments = legalComments.length === 0 ? [] : [`Legal comments of the code\n\n${legalComments.join('\n\n')}`];
  return [`The gateway contains code of the following packages.`, ...licenses, ...comments].join(RULER);
}

function titleOf({ name, version, license }: BundledPackage): string {
  return `${name}@${version}${license === '' ? '' : ` (${license})`}`;
}

function licenseTextOf({ path, license }: BundledPackage): string {
  const files = readdirSync(path)
    .filter((file) => LICENSE_FILE.test(file) && !/\.[cm]?[jt]s$/.test(file))
    .map((file) => join(path, file))
    .sort();
  const standard = STANDARD_TEXTS[license];
  const texts = files.length > 0 || standard === undefined ? files : [standard];
  if (texts.length === 0) return licenseInReadme(path, license);
  return texts.map((file) => readFileSync(file, 'utf8').trim()).join('\n\n');
}

/** Returns the section of the readme that contains the license, as in pg-types. */
function licenseInReadme(path: string, license: string): string {
  const file = join(path, 'README.md');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const section = /^#+ licen[sc]e\s*$([^]*)/im.exec(text)?.[1]?.trim() ?? '';
  if (/^copyright /im.test(section)) return section;
  throw new Error(`${path} contains no text of its license (${license})`);
}

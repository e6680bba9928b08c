import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Returns settings with `governance.files` that define teams. */
export function withTeams(settings: string, ...names: string[]): string {
  const file = join(mkdtempSync(join(tmpdir(), 'teams-')), 'teams.yaml');
  writeFileSync(file, names.map((name) => `kind: Team\nname: ${name}\n`).join('---\n'));
  return `${settings}\ngovernance: {files: ['${file}']}`;
}

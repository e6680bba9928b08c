/**
 * Measures 10,000 documents: reading them from a folder of `governance.files`, and an apply to a database:
 * `node --import ./bench/source-hook.ts bench/governance-documents.ts [DATABASE_URL]`. Default: a new SQLite file.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayConfig } from '../src/config/gateway-config.ts';
import { DatabaseService } from '../src/database/database.service.ts';
import { openWithSchema } from '../src/database/opening/open-with-schema.ts';
import { AdministrationService } from '../src/governance/administration/administration.service.ts';
import { ApplyService } from '../src/governance/apply/apply.service.ts';
import { readGovernanceFiles } from '../src/governance/files/read-governance-files.ts';
import type { GovernanceService } from '../src/governance/governance.service.ts';
import { GovernanceRepository } from '../src/governance/repository/governance.repository.ts';

const DOCUMENTS = 10_000;
const TEAMS = 500;
const FILES = 100;

const folder = mkdtempSync(join(tmpdir(), 'outcrop-apply-'));
const documents: object[] = Array.from({ length: TEAMS }, (_, number) => ({ kind: 'Team', name: `team-${number}` }));
for (let number = TEAMS; number < DOCUMENTS; number++) {
  const hash = `sha256:${createHash('sha256').update(String(number)).digest('hex')}`;
  const name = `service-key-${number}`;
  documents.push({ kind: 'Key', name, team: `team-${number % TEAMS}`, models: ['nova-*'], secrets: [{ hash }] });
}

/** Returns a document as a person would write it. */
function yamlOf(document: object): string {
  return Object.entries(document)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}\n`)
    .join('');
}

for (let file = 0; file < FILES; file++) {
  const own = documents.filter((_, index) => index % FILES === file);
  writeFileSync(join(folder, `${file}.yaml`), own.map((document) => `---\n${yamlOf(document)}`).join(''));
}

async function measure(title: string, run: () => Promise<unknown>): Promise<void> {
  const begun = performance.now();
  const cpu = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(cpu);
  const wall = performance.now() - begun;
  console.log(`${title}: ${wall.toFixed(0)} ms, ${((user + system) / 1e3).toFixed(0)} ms of CPU`);
}

for (let round = 0; round < 3; round++) {
  await measure('read from files', () => readGovernanceFiles([join(folder, '*.yaml')], { hasDatabase: false }));
}
const config = new GatewayConfig();
const settings = Object.assign(config.database, { url: process.argv[2] ?? `sqlite:${join(folder, 'apply.db')}` });
const database = new DatabaseService(settings, () => openWithSchema(settings));
await database.start();
const repository = new GovernanceRepository(database);
// The bench has no snapshot: the files of the gateway define nothing.
const governance = {} as GovernanceService;
const service = new ApplyService(new AdministrationService(repository, governance, config));
const administrator = { actor: { kind: 'admin-key' as const, id: 'bench' }, role: 'admin' as const };
const options = { source: 'git:bench', dryRun: false, prune: true };
await measure('apply, first', () => service.apply(administrator, documents, options));
await measure('apply, without changes', () => service.apply(administrator, documents, options));
const changed = documents.map((document) => ({ ...document, metadata: { changed: 'yes' } }));
await measure('apply, all changed', () => service.apply(administrator, changed, options));
await measure('apply, all removed', () => service.apply(administrator, documents.slice(0, 1), options));
await database.onApplicationShutdown();
rmSync(folder, { recursive: true });

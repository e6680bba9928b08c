import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashApiKey } from '../../../src/config/settings/api-key.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';
import { type CommandResult, runCommand } from './admin-terminal.ts';

const ADMIN_SECRET = 'admin-secret-of-adopted-objects';
const folder = mkdtempSync(join(tmpdir(), 'outcrop-adopted-'));
const sourceFolder = mkdtempSync(join(tmpdir(), 'outcrop-adopting-'));
let gateway: TestGateway;

const admin = (line: string, key = ADMIN_SECRET): Promise<CommandResult> => runCommand(line, { url: gateway.url, key });

beforeAll(async () => {
  const keys = JSON.stringify([
    { name: 'root', hash: hashApiKey(ADMIN_SECRET) },
    { name: 'lead', hash: hashApiKey('secret-of-the-lead'), role: 'team-admin', team: 'adopted' },
  ]);
  const database = `database: { url: 'sqlite:${join(folder, 'gateway.sqlite')}' }`;
  gateway = await startGateway(`${database}\nadmin: { enabled: true, keys: ${keys} }\n`);
  for (let attempt = 0; attempt < 200 && (await admin('team create adopted')).code !== 0; attempt++) await sleep(50);
});
afterAll(async () => {
  await gateway.close();
  for (const name of [folder, sourceFolder]) rmSync(name, { recursive: true });
});

it('reports that an object of the API belongs to a source now, although no field has changed', async () => {
  const application = 'kind: Application\nname: owner\nteam: adopted\npurpose: x\n';
  const key = `kind: Key\nname: owned\napplication: owner\nsecrets: [{hash: "${hashApiKey('owned-secret')}"}]\n`;
  writeFileSync(join(sourceFolder, 'a.yaml'), `kind: Team\nname: adopted\n---\n${application}---\n${key}`);
  const { output } = await admin(`apply ${sourceFolder} --source git:company/adopted@1`);
  expect(output).toMatch(/^ {2}~ Team adopted \(source or file\) {2}a\.yaml$/m);
});

it('lists and shows a key by the team of its application, also to the admin of the team', async () => {
  for (const secret of [ADMIN_SECRET, 'secret-of-the-lead']) {
    let { output } = await admin('key list --team adopted', secret);
    // The snapshot reads the application within a second.
    for (let attempt = 0; attempt < 100 && !output.includes('owned'); attempt++) {
      await sleep(50);
      ({ output } = await admin('key list --team adopted', secret));
    }
    expect(output).toMatch(/^owned +adopted +owner /m);
    const shown = await admin('key show owned --json', secret);
    expect(shown.json()).toMatchObject({ document: { team: 'adopted', application: 'owner' } });
  }
  const refused = await admin('key disable owned', 'secret-of-the-lead');
  expect([refused.code, refused.errors]).toEqual([1, expect.stringContaining('managed_by_files')]);
});

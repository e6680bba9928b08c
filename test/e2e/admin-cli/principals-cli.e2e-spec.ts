import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashApiKey } from '../../../src/config/settings/api-key.ts';
import { GovernanceRepository } from '../../../src/governance/repository/governance.repository.ts';
import { principalIdOf } from '../../../src/governance/tokens/token-claims.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';
import { TokenIssuer } from '../../support/token-issuer.ts';
import { type CommandResult, runCommand, type TestTerminal } from './admin-terminal.ts';

const KEYS = { admin: 'admin-secret-of-the-commands', auditor: 'auditor-secret-of-the-commands' };
const MODEL = 'claude-haiku-4-5';

const folder = mkdtempSync(join(tmpdir(), 'outcrop-principals-'));
let gateway: TestGateway;
let issuer: TokenIssuer;
let ada: string;

const run = (line: string | readonly string[], terminal: Partial<TestTerminal> = {}): Promise<CommandResult> =>
  runCommand(line, { url: gateway.url, key: KEYS.admin, ...terminal });

async function succeed(line: string | readonly string[]): Promise<CommandResult> {
  const result = await run(line);
  expect([line, result.code, result.errors]).toEqual([line, 0, '']);
  return result;
}

const callWithToken = async (): Promise<number> => {
  const headers = { authorization: `Bearer ${issuer.token({ sub: 'ada' })}` };
  return (await gateway.send('/v1/models', { headers })).status;
};

beforeAll(async () => {
  issuer = await TokenIssuer.start();
  ada = principalIdOf(issuer.url, 'ada');
  const keys = Object.entries(KEYS).map(([role, secret]) => ({ name: role, hash: hashApiKey(secret), role }));
  const database = `database: { url: 'sqlite:${join(folder, 'gateway.sqlite')}', timeoutMs: 10000 }`;
  const admin = `admin: { enabled: true, keys: ${JSON.stringify(keys)} }`;
  gateway = await startGateway(`${database}\n${admin}\n${issuer.settings()}`);
  for (let attempt = 0; attempt < 200 && (await run('team list')).code !== 0; attempt++) await sleep(50);
  await succeed('team create search');
  const at = new Date().toISOString();
  const seen = { id: ada, issuer: issuer.url, subject: 'ada', at, email: 'ada@example.com', name: 'Ada' };
  await gateway.app.get(GovernanceRepository, { strict: false }).recordPrincipals([seen]);
});
afterAll(async () => {
  await gateway.close();
  await issuer.close();
  rmSync(folder, { recursive: true });
});

describe('commands for principals', () => {
  it('lists, shows, changes, disables and enables a principal', async () => {
    expect(await callWithToken()).toBe(200);
    expect((await succeed('principal list')).output).toContain(ada);
    expect((await succeed('principal list --json')).json()).toMatchObject([{ kind: 'Principal', id: ada }]);
    expect((await succeed(`principal show ${ada}`)).output).toContain('state: active');
    const shown = (await succeed(`principal show ${ada} --json`)).json();
    expect(shown).toMatchObject({ id: ada, document: { state: 'active' }, roles: [] });
    expect(JSON.stringify(shown)).not.toContain('example.com');
    const changed = await succeed(['principal', 'set', ada, '--models', 'claude-*', '--json']);
    expect(changed.json()).toMatchObject({ document: { models: ['claude-*'] } });
    const disabled = await succeed(`principal disable ${ada} --cut --json`);
    expect(disabled.json()).toMatchObject({ document: { state: 'disabled' } });
    expect(await callWithToken()).toBe(403);
    expect((await succeed(`principal enable ${ada}`)).output).toContain(ada);
    expect(await callWithToken()).toBe(200);
  });

  it('shows the identity, and erases it', async () => {
    const identity = (await succeed(`principal identity ${ada} --json`)).json();
    expect(identity).toEqual({ id: ada, email: 'ada@example.com', name: 'Ada' });
    expect((await succeed(`principal erase ${ada} --identity --json`)).json()).toEqual({ id: ada, erased: true });
    expect((await succeed(`principal identity ${ada} --json`)).json()).toEqual({ id: ada, email: null, name: null });
    const audit = await succeed(['audit', 'list', '--object', ada]);
    expect(audit.output).toMatch(/principal\.identity\.read[\s\S]*principal\.identity\.erase/);
    expect(audit.output).not.toContain('example.com');
    expect((await succeed('audit verify')).output).toContain('complete');
  });

  it('grants, lists and removes roles', async () => {
    const grant = await succeed(`role grant ${ada} team-admin --team search --json`);
    expect(grant.json()).toEqual({ principal: ada, role: 'team-admin', team: 'search' });
    expect((await succeed('role list')).output).toMatch(new RegExp(`^${ada} +team-admin +search$`, 'm'));
    expect((await succeed('role list --json')).json()).toEqual([grant.json()]);
    await succeed(`role remove ${ada} team-admin --team search`);
    expect((await succeed('role list --json')).json()).toEqual([]);
    for (const line of [`role grant ${ada} owner`, `role grant ${ada} team-admin`, 'role grant p_unknown admin']) {
      const { code, errors } = await run(line);
      expect([line, code, errors]).toEqual([line, 1, expect.stringMatching(/\(\w+/)]);
    }
  });
});

describe('other commands', () => {
  it('has JSON for each listing and change', async () => {
    await succeed(['application', 'create', 'shop', '--team', 'search', '--json']);
    const changed = await succeed(['application', 'set', 'shop', '--purpose', 'Search', '--owner', ada, '--json']);
    expect(changed.json()).toMatchObject({ kind: 'Application', document: { purpose: 'Search', owner: ada } });
    expect((await succeed('application list --json')).json()).toMatchObject([{ name: 'shop' }]);
    expect((await succeed('application show shop --json')).json()).toMatchObject({ name: 'shop' });
    const entry = await succeed(['catalog', 'set', MODEL, '--state', 'approved', '--json']);
    expect(entry.json()).toMatchObject({ kind: 'CatalogEntry', name: MODEL });
    expect((await succeed('catalog list --json')).json()).toMatchObject([{ name: MODEL }]);
    for (const line of [`catalog delete ${MODEL} --json`, 'application delete shop --json']) {
      expect((await succeed(line)).json()).toMatchObject({ deleted: true });
    }
    expect((await succeed('audit verify --json')).json()).toMatchObject({ valid: true });
    const [first] = (await succeed('audit list --json')).json() as [object];
    expect(first).toMatchObject({ sequence: 1, action: 'team.create' });
    expect((await succeed('state --json')).json()).toMatchObject({ epoch: expect.stringMatching(/-/) });
    for (const command of ['drift', 'models', 'targets', 'key list', 'team list']) {
      expect((await succeed(`${command} --json`)).json()).toBeDefined();
    }
  });

  it('writes a backup on the server', async () => {
    const { file } = (await succeed('backup --json')).json() as { file: string };
    expect(file.startsWith(join(folder, 'backups'))).toBe(true);
    expect(JSON.parse(readFileSync(file, 'utf8').split('\n')[0]!)).toMatchObject({ format: 'outcrop-backup' });
    expect((await succeed('backup')).output).toContain('file: ');
  });

  it('shows keys that stay disabled after an apply, and lists them as drift', async () => {
    const secrets = `secrets: [{hash: '${hashApiKey('secret-in-git')}'}]`;
    const files = mkdtempSync(join(folder, 'access-'));
    writeFileSync(join(files, 'keys.yaml'), `kind: Key\nname: ci\n${secrets}\n`);
    const command = ['apply', files, '--source', 'git:company/access@abc'];
    await succeed(command);
    await succeed('key disable ci');
    expect((await succeed(command)).output).toBe(
      'No changes. 1 unchanged.\nKey ci stays disabled, as an administrator has set it. keys.yaml has active.\n',
    );
    expect((await succeed('drift')).output).toMatch(/^Key +ci +changed +the key is disabled/m);
    expect((await succeed('drift --json')).json()).toMatchObject([{ reason: 'changed', managedBy: {} }]);
  });

  it('has clear errors for a gateway that is away, a wrong key and a role without access', async () => {
    const commands = ['team list', `principal disable ${ada}`, 'backup', 'audit verify', 'role list', 'state'];
    for (const line of commands) {
      const away = await run(line, { url: 'http://127.0.0.1:9' });
      expect([line, away.code, away.errors]).toEqual([line, 1, expect.stringContaining('OUTCROP_ADMIN_URL')]);
      const wrong = await run(line, { key: 'wrong' });
      expect([line, wrong.code, wrong.errors]).toEqual([line, 1, expect.stringContaining('(invalid_api_key)')]);
    }
    for (const line of [`principal disable ${ada}`, 'backup', 'team create x', `role grant ${ada} admin`]) {
      const { code, errors } = await run(line, { key: KEYS.auditor });
      const expected = expect.stringMatching(/The role auditor may not call .*\(permission_denied\)/);
      expect([line, code, errors]).toEqual([line, 1, expected]);
    }
    const page = await run('team list', { url: `${gateway.url}/docs` });
    expect([page.code, page.errors]).toEqual([1, expect.stringMatching(/unknown_url|address of a gateway/)]);
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApplication } from '../../../src/bootstrap/application.ts';
import { checkConfig } from '../../../src/cli/check-config.ts';
import { ConfigSource } from '../../../src/config/reload/config-source.ts';
import { hashApiKey } from '../../../src/config/settings/api-key.ts';
import { ApiKeyService } from '../../../src/governance/api-key.service.ts';
import { GovernanceService } from '../../../src/governance/governance.service.ts';
import { type ReloadingGateway, startReloading } from '../../support/reloading-gateway.ts';

let gateway: ReloadingGateway | undefined;
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'outcrop-files-'))));
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const TEAMS = `
# A comment only
---
kind: Team
name: research
models: [claude-*, nova-*]
dataPolicy: { geographies: [eu] }
---
kind: Team
name: search
parent: research
models: [nova-*]
modelChange: exact
guardrail: { id: gr-1 }
limits: { requestsPerMinute: 100 }
--- # with a comment
kind: Application
name: crawler
team: search
`;
const keyDocument = (name: string, secret: string, more = ''): string =>
  `---\nkind: Key\nname: ${name}\nsecrets: [{ hash: '${hashApiKey(secret)}' }]\n${more}\n`;

function settings(auth: object = {}, files: readonly string[] = [join(folder, '*.yaml')]): string {
  return JSON.stringify({ logging: { level: 'silent' }, metrics: { requireKey: false }, auth, governance: { files } });
}

function callerOf(secret: string) {
  const result = gateway!.app.get(ApiKeyService).verify(secret);
  if (!('caller' in result)) throw new Error(result.rejected);
  return result.caller;
}

async function waitFor(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const until = Date.now() + 8_000;
  while (!(await isTrue()) && Date.now() < until) await sleep(50);
  expect(await isTrue()).toBe(true);
}

/** Starts a gateway that is expected to fail. */
async function startWith(config: string): Promise<void> {
  const source = await ConfigSource.open({ GATEWAY_CONFIG: config, AWS_REGION: 'us-east-1' });
  const app = await createApplication(source.accepted.config, source);
  await app.close();
}

const isKnown = (secret: string): boolean => 'caller' in gateway!.app.get(ApiKeyService).verify(secret);

describe('governance.files', () => {
  it('define teams and keys, whose callers have the rules of application, team and parent', async () => {
    writeFileSync(join(folder, 'teams.yaml'), TEAMS);
    writeFileSync(join(folder, 'keys.yaml'), keyDocument('a', 'sk-a', 'application: crawler\nmodels: [nova-pro]'));
    gateway = await startReloading(settings());
    const caller = callerOf('sk-a');
    expect(Object.isFrozen(caller)).toBe(true);
    expect(caller).toMatchObject({
      name: 'a',
      models: ['nova-pro'],
      team: { name: 'search' },
      application: { name: 'crawler' },
      access: {
        lists: [
          { owner: "team 'search'", models: ['nova-*'] },
          { owner: "team 'research'", models: ['claude-*', 'nova-*'] },
        ],
        residency: [{ owner: "team 'research'", geographies: ['eu'] }],
        exactModel: "team 'search'",
        guardrail: { owner: "team 'search'", id: 'gr-1', version: 'DRAFT' },
      },
    });
    expect(callerOf('sk-a')).toBe(caller);
  });

  it('share lists and access objects between callers', async () => {
    writeFileSync(join(folder, 'teams.yaml'), TEAMS);
    const models = 'team: search\nmodels: [nova-pro]';
    writeFileSync(join(folder, 'keys.yaml'), keyDocument('a', 'sk-a', models) + keyDocument('b', 'sk-b', models));
    gateway = await startReloading(settings());
    expect(callerOf('sk-a').access).toBe(callerOf('sk-b').access);
    expect(callerOf('sk-a').models).toBe(callerOf('sk-b').models);
  });

  it('apply the rules of a team to keys of auth, and a change of the team to its keys', async () => {
    writeFileSync(join(folder, 'teams.yaml'), TEAMS);
    const keys = [{ name: 'old', hash: hashApiKey('sk-old'), team: 'search' }];
    gateway = await startReloading(settings({ keys }));
    const before = callerOf('sk-old');
    expect(before.id).toBe(hashApiKey('sk-old').slice(7, 19));
    expect(before.access!.lists).toHaveLength(2);
    writeFileSync(join(folder, 'teams.yaml'), TEAMS.replace('models: [claude-*, nova-*]', ''));
    await waitFor(() => callerOf('sk-old').access!.lists.length === 1);
    expect(before.access!.lists).toHaveLength(2);
  });

  it('are added and removed while the gateway runs, and an invalid change is rejected as a whole', async () => {
    const rejections = (): Promise<number | undefined> => gateway!.metric('outcrop_config_rejected');
    writeFileSync(join(folder, 'one.yaml'), keyDocument('a', 'sk-a'));
    gateway = await startReloading(settings());
    writeFileSync(join(folder, 'two.yaml'), keyDocument('b', 'sk-b'));
    await waitFor(() => isKnown('sk-b'));
    writeFileSync(join(folder, 'two.yaml'), keyDocument('c', 'sk-c') + keyDocument('d', 'sk-d', 'nmae: x'));
    await waitFor(async () => (await rejections()) === 1);
    expect([isKnown('sk-a'), isKnown('sk-b'), isKnown('sk-c')]).toEqual([true, true, false]);
    rmSync(join(folder, 'two.yaml'));
    await waitFor(() => !isKnown('sk-b'));
    expect(await rejections()).toBe(0);
    expect(gateway.app.get(GovernanceService).keyCount).toBe(1);
  });

  it('that are invalid reject a configuration that refers to them, as a whole, until they are corrected', async () => {
    const other = mkdtempSync(join(tmpdir(), 'outcrop-other-'));
    try {
      const before = { keys: [{ name: 'old', hash: hashApiKey('sk-old') }] };
      const after = { keys: [{ name: 'new', hash: hashApiKey('sk-new'), team: 'search' }] };
      writeFileSync(join(folder, 'one.yaml'), keyDocument('a', 'sk-a'));
      gateway = await startReloading(settings(before));
      writeFileSync(join(other, 'teams.yaml'), `${TEAMS}---\nkind: Team\nname: deep\nparent: search\n`);
      gateway.write(settings(after, [join(other, '*.yaml')]));
      await waitFor(async () => (await gateway!.metric('outcrop_config_rejected')) === 1);
      expect(['sk-a', 'sk-old', 'sk-new'].map(isKnown)).toEqual([true, true, false]);
      // Former files are still followed, and do not hide the rejection.
      writeFileSync(join(folder, 'two.yaml'), keyDocument('b', 'sk-b'));
      await waitFor(() => isKnown('sk-b'));
      expect(await gateway.metric('outcrop_config_rejected')).toBe(1);
      writeFileSync(join(other, 'teams.yaml'), TEAMS);
      await waitFor(() => isKnown('sk-new'));
      await waitFor(() => !isKnown('sk-a'));
      expect(callerOf('sk-new').team).toMatchObject({ name: 'search' });
      expect(isKnown('sk-old')).toBe(false);
      expect(await gateway.metric('outcrop_config_rejected')).toBe(0);
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  it.each([
    ['an unknown field', 'kind: Team\nname: a\nmodles: [x]', 'modles: is not a setting; did you mean models?'],
    ['a nested unknown field', 'kind: Team\nname: a\nlimits: { requestPerMinute: 1 }', 'limits.requestPerMinute'],
    ['an unknown kind', 'kind: Taem\nname: a', 'did you mean Team?'],
    ['a missing kind', 'name: a', 'kind: is missing'],
    ['no document', '# nothing', 'contains no document'],
    ['an unknown parent', 'kind: Team\nname: a\nparent: b', 'parent: must be the name of an existing object'],
    ['a team as its own parent', 'kind: Team\nname: a\nparent: a', 'parent: must be another team'],
    ['two levels of parents', `${TEAMS}---\nkind: Team\nname: deep\nparent: search`, 'must be a team without a parent'],
    [
      'a name that exists',
      'kind: Team\nname: a\n---\nkind: Team\nname: a',
      'document 2 (line 3), name: must be unique',
    ],
    ['a key without a secret', 'kind: Key\nname: a', 'secrets: must have one or two entries'],
    ['a hash that exists', keyDocument('a', 'sk-a') + keyDocument('b', 'sk-a'), 'secrets[0].hash: must be unique'],
    [
      'an application of another team',
      `${TEAMS}${keyDocument('a', 'sk-a', 'team: research\napplication: crawler')}`,
      'application: must be an application of the team',
    ],
    [
      'a budget with two scopes',
      `${TEAMS}---\nkind: Budget\nname: b\namountUsd: '5'\nperiod: day\nscope: { team: search, default: keys }`,
      'scope: must have exactly one of',
    ],
    [
      'a budget without a scope',
      "kind: Budget\nname: b\namountUsd: '5'\nperiod: day",
      'scope: must have exactly one of',
    ],
    ['invalid YAML', 'kind: [Team', 'document 1 (line 1), line 1'],
  ])('with %s prevent the start, and config:check names the place', async (_case, yaml, message) => {
    writeFileSync(join(folder, 'bad.yaml'), yaml);
    const config = join(folder, 'gateway.json');
    writeFileSync(config, settings());
    await expect(startWith(config)).rejects.toThrow(message);
    const { exitCode, lines } = await checkConfig(config, {}, Date.now());
    expect(exitCode).toBe(1);
    expect(lines.join('\n')).toContain(message);
  });

  it('are listed by config:check', async () => {
    writeFileSync(join(folder, 'teams.yaml'), TEAMS);
    mkdirSync(join(folder, '..data'));
    const config = join(folder, 'gateway.json');
    writeFileSync(config, settings());
    const { lines } = await checkConfig(config, {}, Date.now());
    expect(lines).toContain('governance.files: Team 2, Application 1, Key 0, Budget 0, CatalogEntry 0');
  });

  it('are missing for a key of auth with a team, which prevents the start', async () => {
    const auth = { keys: [{ name: 'old', hash: hashApiKey('sk-old'), team: 'search' }] };
    const config = join(folder, 'gateway.json');
    writeFileSync(config, settings(auth, []));
    await expect(startWith(config)).rejects.toThrow('auth.keys[0].team');
  });
});

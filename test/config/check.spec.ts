import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConfig } from '../../src/cli/check-config.ts';
import type { GatewayConfig } from '../../src/config/gateway-config.ts';
import { ModelCatalog } from '../../src/models/catalog/model-catalog.ts';
import { hashOfA, hashOfB } from './build.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'outcrop-check-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const now = Date.UTC(2027, 0, 15);

async function check(text: string, environment: Record<string, string> = {}) {
  const path = join(folder, 'gateway.yaml');
  writeFileSync(path, text);
  const { exitCode, lines } = await checkConfig(path, environment, now);
  return { exitCode, lines: lines.map((line) => line.replace(path, 'FILE')) };
}

describe('former values of models.allowIds', () => {
  it.each([
    ['models: {allowBedrockIds: true}', {}, 'all'],
    ['models: {allowBedrockIds: false}', {}, 'none'],
    ['models: {allowBedrockIds: "${IDS}"}', { IDS: 'false' }, 'none'],
    ['{}', { GATEWAY__MODELS__ALLOW_BEDROCK_IDS: 'true' }, 'all'],
    ['{}', { GATEWAY__MODELS: '{allowBedrockIds: false}' }, 'none'],
  ])('%s with %j are accepted with a warning', async (text, environment, present) => {
    const path = join(folder, 'former.yaml');
    writeFileSync(path, text);
    const { lines, exitCode } = await checkConfig(path, environment, now, (config) => {
      expect(config.models.allowBedrockIds).toBe(present);
    });
    expect(exitCode).toBe(0);
    expect(lines.filter((line) => line.startsWith('Warning: '))).toEqual([
      expect.stringMatching(
        `^Warning: models.allowBedrockIds: \\w+ is the former value of ${present}; use ${present}$`,
      ),
    ]);
  });
});

describe('npm run config:check', () => {
  it('lists keys whose content is logged, and names in debug.content without a key', async () => {
    const until = '2026-01-31T18:00:00Z';
    const { lines } = await check(`debug: {content: {keys: [team-a], until: ${until}}}`);
    expect(lines.slice(-2)).toEqual([
      `Content of requests in the log: ENDED at ${until}`,
      '  debug.content.keys contains names of no key: team-a',
    ]);
    const ahead = new Date(Date.now() + 61 * 60_000).toISOString();
    const { exitCode, lines: problems } = await check(`debug: {content: {keys: [team-a], until: "${ahead}"}}`);
    expect([exitCode, problems.join('\n')]).toEqual([
      1,
      expect.stringContaining('debug.content.until: must be within 60 minutes from now'),
    ]);
  });

  it('summarizes a valid file: changed settings and keys by name, without secrets', async () => {
    const text = `
redis: {url: "redis://:hunter2@h"}
auth:
  keys:
    - {name: team-a, hash: "${hashOfA}", models: [claude-*, nova-pro], expires: 2027-01-14}
    - {name: team-b, hash: "${hashOfB}", expires: 2027-01-15}
`;
    expect(await check(text, { GATEWAY__BEDROCK__TIMEOUTS__IDLE_MS: '1' })).toEqual({
      exitCode: 0,
      lines: [
        'FILE is valid',
        'Changed from the defaults:',
        '  auth: keys',
        '  redis: url',
        '  bedrock: timeouts',
        expect.stringMatching(/^Overload limits with .*: maxInFlight \d+, .*maxTotalBodyBytes \d+/),
        'API keys:',
        '  team-a: claude-*, nova-pro, EXPIRED 2027-01-14',
        '  team-b: all models, expires 2027-01-15',
      ],
    });
  });

  it('reports that nothing is changed and that no key is configured', async () => {
    expect(await check('')).toEqual({
      exitCode: 0,
      lines: [
        'FILE is valid',
        'All settings have their default values.',
        expect.stringMatching(/^Overload limits with /),
        'No API keys: every request is rejected. Create one with npm run key:create.',
      ],
    });
  });

  it.each([
    ['database: {url: "sqlite:/tmp/x"}', 'database.url'],
    ['auth: {jwt: [{issuer: "https://id", audience: [a]}], groups: [{match: a, team: a}]}', 'auth.jwt'],
  ])('names where callers come from without keys in %s', async (text, place) => {
    const { exitCode, lines } = await check(text);
    expect(exitCode).toBe(0);
    expect(lines).toContain(`No API keys in auth.keys. Callers come from ${place}.`);
    expect(lines.join()).not.toContain('every request is rejected');
  });

  it('prints all problems, one per line, and fails', async () => {
    const { exitCode, lines } = await check('server: {prot: 1}\nlimits: 5', { LOG_LEVEL: 'loud' });
    expect(exitCode).toBe(1);
    expect(lines[0]).toBe('FILE has 3 problems:');
    expect(lines.slice(1).map((line) => line.split(':')[0]?.trim())).toEqual([
      'server.prot',
      'limits',
      'logging.level',
    ]);
  });

  it('fails for settings that do not match existing models or keys', async () => {
    const path = join(folder, 'gateway.yaml');
    writeFileSync(path, 'models: {routes: [{model: claude-opsu}]}');
    const prove = (config: GatewayConfig): void => void new ModelCatalog({ config }, () => new Date(now));
    expect(await checkConfig(path, {}, now, prove)).toEqual({
      exitCode: 1,
      lines: [`${path} is invalid:`, '  models.routes[0].model: the model "claude-opsu" does not exist'],
    });
  });

  it('fails for a missing file', async () => {
    expect(await checkConfig('/nowhere.yaml', {}, now)).toMatchObject({ exitCode: 1 });
  });
});

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { markedBlocks } from '../deploy/handbook.ts';
import { ADMIN_KEY, startAdminGateway } from '../e2e/admin/admin-gateway.ts';
import type { TestGateway } from '../support/gateway.ts';

const run = promisify(execFile);
const PAGE = 'docs/governance.md';
/** Address of the gateway in the examples. */
const DOCUMENTED = 'http://127.0.0.1:8080';
/** Files of a clone that the commands need. */
const PARTS = ['src', 'scripts', 'node_modules', 'package.json'];

describe(PAGE, () => {
  let folder: string;
  let gateway: TestGateway;
  const outputs: string[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'outcrop-governance-page-'));
    for (const part of PARTS) symlinkSync(resolve(part), join(folder, part));
    for (const { value, code } of markedBlocks('file', PAGE)) {
      mkdirSync(dirname(join(folder, value)), { recursive: true });
      writeFileSync(join(folder, value), code);
    }
    gateway = await startAdminGateway(`sqlite:${join(folder, 'outcrop.sqlite')}`);
    const environment = { ...process.env, OUTCROP_ADMIN_URL: gateway.url, OUTCROP_ADMIN_KEY: ADMIN_KEY };
    for (const { code } of markedBlocks('check', PAGE)) {
      const script = code.replaceAll(DOCUMENTED, gateway.url);
      const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, env: environment });
      outputs.push(stdout);
    }
  }, 120_000);
  afterAll(async () => {
    await gateway.close();
    rmSync(folder, { recursive: true });
  });

  it('creates a key whose caller sees its team and models', () => {
    const me = JSON.parse(/^\{.*?\}(?=\{"id":"chatcmpl)/.exec(outputs[2]!)![0]) as Record<string, unknown>;
    expect(me).toMatchObject({
      name: 'shop-1',
      team: { name: 'search' },
      application: { name: 'shop' },
      limits: { requestsPerMinute: 600 },
      models: expect.arrayContaining(['claude-haiku-4-5']) as unknown,
    });
    expect(outputs[2]).toContain('"object":"chat.completion"');
    expect(statSync(join(folder, 'shop-1')).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(outputs)).not.toContain(readFileSync(join(folder, 'shop-1'), 'utf8').trim());
  });

  it('applies a folder, and nothing the second time', () => {
    const [plan = '', applied = '', repeated = ''] = outputs[3]!.split(/(?<=unchanged\.?\n)/);
    expect([plan, applied]).toEqual([expect.stringContaining('research'), expect.stringContaining('research')]);
    expect(repeated).not.toContain('research');
  });

  it('rotates with an overlap, revokes, and verifies the audit', async () => {
    const answers = ['shop-1', 'shop-1.new'].map((name) => {
      const secret = readFileSync(join(folder, name), 'utf8').trim();
      return gateway.send('/v1/me', { headers: { authorization: `Bearer ${secret}` } });
    });
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
    expect(outputs.at(-2)).toContain('is revoked');
    expect(outputs.at(-1)).toContain('key.rotate');
  });
});

import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { buildConfig } from '../../src/config/load-config.ts';
import { goTools } from './go-tools.ts';
import { ALERTS, markedBlocks } from './handbook.ts';

const run = promisify(execFile);
/** Files of a clone that the blocks of the handbook use. */
const OF_THE_CLONE = ['package.json', 'scripts', 'src', 'helm', 'node_modules'];
const REDIS_URL = '/run/secrets/outcrop/redis-url';
/** Objects that the values of the handbook install. */
const KINDS = [
  'ConfigMap',
  'Deployment',
  'HorizontalPodAutoscaler',
  'Ingress',
  'NetworkPolicy',
  'Pod',
  'PodDisruptionBudget',
  'PrometheusRule',
  'Service',
  'ServiceAccount',
  'ServiceMonitor',
];
const tools = await goTools();

(tools ? describe : describe.skip)('the handbook, step by step', () => {
  let clone: string;
  beforeAll(async () => {
    clone = mkdtempSync(join(tmpdir(), 'outcrop-handbook-'));
    for (const name of OF_THE_CLONE) symlinkSync(resolve(name), join(clone, name));
    for (const { value, code } of markedBlocks('file')) writeFileSync(join(clone, value), code);
    const path = [dirname(tools!.helm), dirname(process.execPath), process.env['PATH']].join(delimiter);
    for (const { code } of markedBlocks('check')) {
      await run('bash', ['-euc', code], { cwd: clone, env: { ...process.env, PATH: path } });
    }
  }, 120_000);
  afterAll(() => rmSync(clone, { recursive: true }));

  it('creates a key whose entry can be pasted', () => {
    expect(readFileSync(join(clone, 'team-a.yaml'), 'utf8')).toMatch(/hash: "?sha256:[0-9a-f]{64}/);
  });

  it('produces a production install that Kubernetes accepts', () => {
    const input = readFileSync(join(clone, 'rendered.yaml'), 'utf8');
    const decoded = execFileSync(tools!.kubestrict, { input, encoding: 'utf8' }).trim().split('\n');
    expect(new Set(decoded.map((line) => line.split(' ')[0]))).toEqual(new Set(KINDS));
  });

  it('gives the gateway a valid configuration', () => {
    const files: Record<string, string> = {
      [REDIS_URL]: 'rediss://redis:6379',
      '/run/secrets/outcrop/thinking-key': Buffer.alloc(32).toString('base64'),
    };
    const documents = parseAllDocuments(readFileSync(join(clone, 'rendered.yaml'), 'utf8'));
    const rendered = documents.map((document) => document.toJS() as { data?: Record<string, string> } | null);
    const text = rendered.map((manifest) => manifest?.data?.['gateway.yaml']).find((found) => found !== undefined);
    const config = buildConfig({
      file: { path: 'gateway.yaml', text: text! },
      environment: {},
      readFile: (path) => files[path]!,
    });
    expect([config.auth.keys.length, config.thinking.sealingKeys.length, config.redis.url]).toEqual([
      1,
      1,
      files[REDIS_URL],
    ]);
  });

  it('has a section for each alert at the target of its link', () => {
    const rendered = readFileSync(join(clone, 'rendered.yaml'), 'utf8');
    const links = [...rendered.matchAll(/runbook_url: \S+alerts\.md#(\S+)/g)].map(([, anchor]) => anchor);
    const headings = [...readFileSync(ALERTS, 'utf8').matchAll(/^### (\S+)$/gm)].map(([, name]) => name!.toLowerCase());
    expect(links.length).toBeGreaterThan(5);
    expect(new Set(links)).toEqual(new Set(headings));
  });
});

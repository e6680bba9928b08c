import { globSync, readFileSync } from 'node:fs';
import { buildConfig } from '../../src/config/load-config.ts';
import { markedBlocks } from '../deploy/handbook.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

const PAGES = ['README.md', ...globSync('docs/*.md')];
const HASH = `sha256:${'0'.repeat(64)}`;
/** Returns a value for a secret file of an example. */
function secret(path: string): string {
  if (path.endsWith('database-url')) return 'postgres://outcrop@database:5432/outcrop';
  if (path.endsWith('redis-url')) return 'redis://redis:6379';
  return path.endsWith('snapshot-key') ? Buffer.alloc(32, 'key').toString('base64') : HASH;
}

interface DocumentedRequest {
  page: string;
  path: string;
  body?: unknown;
}

/** Returns the requests of the curl commands in the Bash blocks of a page. */
function documentedRequests(page: string): DocumentedRequest[] {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```bash\n([\s\S]*?)^```/gm)].map(([, code]) => code!);
  const commands = blocks.flatMap((code) => code.replaceAll('\\\n', ' ').split(/^(?=curl )/m));
  return commands.flatMap((command) => {
    const path = /^curl .*?http:\/\/127\.0\.0\.1:8080(\/v1\/\S+)/.exec(command)?.[1];
    if (path === undefined) return [];
    const data = /-d '([\s\S]+?)'\s*$/.exec(command)?.[1];
    return [{ page, path, ...(data === undefined ? {} : { body: JSON.parse(data) as unknown }) }];
  });
}

describe('curl commands of the documentation', () => {
  const requests = PAGES.flatMap(documentedRequests);
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  it('exist', () => {
    expect(new Set(requests.map(({ page }) => page))).toEqual(
      new Set(['README.md', 'docs/choosing-a-model.md', 'docs/governance.md', 'docs/responses.md']),
    );
  });

  it.each(requests)('$page: $path succeeds', async ({ path, body }) => {
    const response = await gateway.send(path, { body });
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('{')]);
  });
});

describe('configurations in the documentation', () => {
  const marked = PAGES.flatMap((page) => markedBlocks('config', page).map(({ code }) => ({ page, code })));
  const minimal = markedBlocks('file', 'docs/stored-data.md').map(({ code }) => ({
    page: 'docs/stored-data.md',
    code,
  }));

  it.each([...marked, ...minimal])('of $page are valid', ({ code }) => {
    const build = () => buildConfig({ file: { path: 'gateway.yaml', text: code }, environment: {}, readFile: secret });
    expect(build).not.toThrow();
  });

  it('exist on the pages about attribution, billing, deployment, governance, migration and Redis', () => {
    expect([...new Set(marked.map(({ page }) => page))]).toEqual([
      'docs/attribution.md',
      'docs/billing.md',
      'docs/deploys.md',
      'docs/governance.md',
      'docs/migrating-from-bedrock-access-gateway.md',
      'docs/migrating-from-litellm.md',
      'docs/redis.md',
    ]);
  });
});

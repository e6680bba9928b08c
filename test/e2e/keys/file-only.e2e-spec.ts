import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type ComparableAnswer, comparableAnswers, fileOfKeys } from '../../support/file-only-calls.ts';
import { freePort } from '../../support/free-port.ts';
import { startRedis } from '../../support/redis.ts';
import { Replica, REPLICA_KEY, startEmulatorProcess } from '../../support/replica.ts';

/**
 * Configurations of the release before teams, tokens and databases, unchanged, and the answers of that release to the calls of
 * `comparableAnswers`.
 */
const FORMER = 'test/fixtures/file-only';
const answers = JSON.parse(readFileSync(join(FORMER, 'answers.json'), 'utf8')) as Record<string, ComparableAnswer[]>;

const folder = mkdtempSync(join(tmpdir(), 'outcrop-file-only-'));
const keysFile = join(folder, 'keys.jsonl');
let emulatorPort: number;

beforeAll(async () => {
  writeFileSync(keysFile, fileOfKeys());
  emulatorPort = await freePort();
  await startEmulatorProcess(emulatorPort, []);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function startWith(file: string, environment: Record<string, string> = {}): Promise<Replica> {
  return Replica.start({
    port: await freePort(),
    emulatorPort,
    environment: {
      GATEWAY_CONFIG: join(FORMER, file),
      GATEWAY__METRICS__PUBLIC: 'false',
      GATEWAY__BEDROCK__ENDPOINT: `http://127.0.0.1:${emulatorPort}`,
      AWS_REGION: 'us-east-1',
      ...environment,
    },
  });
}

describe('a configuration without teams, tokens and a database', () => {
  it('answers with a file of keys as before', async () => {
    const replica = await startWith('gateway.yaml', { GATEWAY__AUTH__KEYS_FILE: keysFile });
    expect(await comparableAnswers(replica.url, 'sk-plain', true)).toEqual(answers['gateway.yaml']);
  });

  it('answers with keys of the configuration as before', async () => {
    const replica = await startWith('offline.yaml');
    expect(await comparableAnswers(replica.url, REPLICA_KEY, false)).toEqual(answers['offline.yaml']);
  });

  it('has the same ids of callers, so that limits and stored responses in Redis stay valid', async () => {
    const redis = await startRedis();
    if (redis === undefined) return;
    const client = new Redis(redis.url);
    try {
      const replica = await startWith('gateway.yaml', { GATEWAY__AUTH__KEYS_FILE: keysFile, REDIS_URL: redis.url });
      const body = JSON.stringify({ model: 'claude-haiku-4-5', input: 'Hello' });
      const headers = { authorization: 'Bearer sk-limited', 'content-type': 'application/json' };
      const answer = await fetch(`${replica.url}/v1/responses`, { method: 'POST', headers, body });
      expect(answer.status).toBe(200);
      expect((await client.keys('outcrop:limit:*')).toSorted()).toEqual(['outcrop:limit:703eb1a04b05']);
    } finally {
      client.disconnect();
      await redis.stop();
    }
  });
});

import { AssumedRole, type TemporaryCredentials } from './assumed-role.ts';

const HOUR_MS = 3_600_000;

/** Creates a role whose credentials are valid for one hour. The test resolves each request to STS. */
function role() {
  const state = { now: 0, questions: 0, failure: undefined as Error | undefined };
  const ask = async (): Promise<TemporaryCredentials> => {
    state.questions += 1;
    if (state.failure) throw state.failure;
    return {
      accessKeyId: `key ${state.questions}`,
      secretAccessKey: 'secret',
      expiration: new Date(state.now + HOUR_MS),
    };
  };
  const assumed = new AssumedRole(ask, () => state.now);
  return { state, key: async () => (await assumed.credentials()).accessKeyId };
}

describe('AssumedRole', () => {
  it('shares one request among concurrent callers', async () => {
    const { state, key } = role();
    expect(await Promise.all([key(), key(), key()])).toEqual(['key 1', 'key 1', 'key 1']);
    state.now = HOUR_MS - 301_000;
    expect(await key()).toBe('key 1');
    expect(state.questions).toBe(1);
  });

  it('refreshes the credentials in the background before they expire', async () => {
    const { state, key } = role();
    await key();
    state.now = HOUR_MS - 299_000;
    expect(await key()).toBe('key 1');
    expect(await key()).toBe('key 2');
    expect(state.questions).toBe(2);
  });

  it('uses credentials until they expire if refreshing fails, and retries at intervals', async () => {
    const { state, key } = role();
    await key();
    state.failure = new Error('STS is away');
    state.now = HOUR_MS - 299_000;
    for (let time = 0; time < 50; time += 1) expect(await key()).toBe('key 1');
    expect(state.questions).toBe(2);
    state.now += 10_000;
    expect(await key()).toBe('key 1');
    expect(state.questions).toBe(3);
    state.now = HOUR_MS - 20_000;
    await expect(key()).rejects.toThrow('STS is away');
    state.failure = undefined;
    expect(await key()).toBe('key 5');
  });
});

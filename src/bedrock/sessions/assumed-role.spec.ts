import { AssumedRole, type TemporaryCredentials } from './assumed-role.ts';

const HOUR_MS = 3_600_000;

/** A role whose credentials hold for an hour; answers come when the test says so. */
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

describe('the credentials of an assumed role', () => {
  it('are asked for once, however many want them', async () => {
    const { state, key } = role();
    expect(await Promise.all([key(), key(), key()])).toEqual(['key 1', 'key 1', 'key 1']);
    state.now = HOUR_MS - 301_000;
    expect(await key()).toBe('key 1');
    expect(state.questions).toBe(1);
  });

  it('are renewed before they end, and nobody waits for it', async () => {
    const { state, key } = role();
    await key();
    state.now = HOUR_MS - 299_000;
    expect(await key()).toBe('key 1');
    expect(await key()).toBe('key 2');
    expect(state.questions).toBe(2);
  });

  it('hold to their end where they cannot be renewed, which is tried now and then', async () => {
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

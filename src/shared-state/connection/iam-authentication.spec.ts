import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { IamAuthentication } from './iam-authentication.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const IAM = { service: 'elasticache', clusterName: 'gateway', user: 'outcrop', region: 'eu-central-1' } as const;

const warnings = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);

beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-11-30T00:00:00Z') });
  warnings.mockClear();
});
afterEach(() => void jest.useRealTimers());

function create(credentials = () => Promise.resolve({ accessKeyId: 'AKID', secretAccessKey: 'secret' })) {
  const authentication = new IamAuthentication(IAM, { credentials, now: Date.now });
  const sent: string[] = [];
  const authenticate = jest.fn((user: string, token: string) => {
    sent.push(`${user} ${new URL(`http://${token}`).searchParams.get('X-Amz-Date')}`);
    return Promise.resolve();
  });
  return { authentication, authenticate, sent };
}

/** Returns the age of a token in milliseconds. */
function ageOf(token: string): number {
  const time = new URL(`http://${token}`).searchParams.get('X-Amz-Date') ?? '';
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? [];
  const [year, month, day, hour, minute, second] = parts.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.now() - Date.UTC(year, month - 1, day, hour, minute, second);
}

describe('IAM authentication', () => {
  it('always has a token that a new connection may use', async () => {
    const { authentication, authenticate } = create();
    await authentication.start(authenticate);
    for (let passed = 0; passed < 2 * HOUR; passed += MINUTE) {
      // A connection needs a few seconds, and AWS accepts a token for 15 minutes.
      expect(ageOf(authentication.currentToken)).toBeLessThan(10 * MINUTE);
      await jest.advanceTimersByTimeAsync(MINUTE);
    }
    authentication.stop();
  });

  it('authenticates open connections again, long before the 12 hours of AWS end', async () => {
    const { authentication, authenticate, sent } = create();
    await authentication.start(authenticate);
    await jest.advanceTimersByTimeAsync(5 * HOUR);
    expect(sent).toEqual([]);
    await jest.advanceTimersByTimeAsync(2 * HOUR);
    expect(sent).toEqual(['outcrop 20261130T060000Z']);
    await jest.advanceTimersByTimeAsync(17 * HOUR);
    expect(sent).toHaveLength(4);
    authentication.stop();
    await jest.advanceTimersByTimeAsync(24 * HOUR);
    expect(sent).toHaveLength(4);
  });

  it('tries the next token if Redis refuses one', async () => {
    const { authentication, authenticate, sent } = create();
    authenticate.mockRejectedValueOnce(new Error('WRONGPASS secret details'));
    await authentication.start(authenticate);
    await jest.advanceTimersByTimeAsync(6 * HOUR + 10 * MINUTE);
    expect(authenticate).toHaveBeenCalledTimes(2);
    expect(sent).toEqual(['outcrop 20261130T060500Z']);
    expect(JSON.stringify(warnings.mock.calls)).not.toContain('secret details');
    authentication.stop();
  });

  it('keeps its token while credentials are unavailable, and recovers', async () => {
    let available = false;
    const { authentication, authenticate } = create(() =>
      available
        ? Promise.resolve({ accessKeyId: 'AKID', secretAccessKey: 'secret' })
        : Promise.reject(new Error('Could not load credentials from any providers')),
    );
    await authentication.start(authenticate);
    expect(authentication.currentToken).toBe('');
    available = true;
    await jest.advanceTimersByTimeAsync(10_000);
    const token = authentication.currentToken;
    expect(token).toContain('Action=connect');
    available = false;
    await jest.advanceTimersByTimeAsync(6 * MINUTE);
    expect(authentication.currentToken).toBe(token);
    available = true;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(authentication.currentToken).not.toBe(token);
    authentication.stop();
  });
});

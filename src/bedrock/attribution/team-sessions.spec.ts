import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Registry } from 'prom-client';
import { BedrockConfig } from '../../config/gateway-config.ts';
import { AttributionMetrics } from '../../telemetry/metrics/attribution-metrics.ts';
import type { TemporaryCredentials } from '../sessions/assumed-role.ts';
import type { TeamCaller } from './attributed-caller.ts';
import type { RoleSession } from './sts-client.ts';
import { describeStsFailure } from './sts-failure.ts';
import { TeamSession } from './team-session.ts';
import { TeamSessions } from './team-sessions.ts';

const HOUR_MS = 3_600_000;

let warnings: jest.SpiedFunction<Logger['warn']>;
beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  warnings = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

function open(maxSessions = 1_000) {
  const bedrock = new BedrockConfig();
  Object.assign(bedrock.attribution, { enabled: true, roleArn: 'arn:aws:iam::111122223333:role/r', maxSessions });
  const state = { requests: [] as RoleSession[], failure: undefined as Error | undefined };
  const assumeRole = async (session: RoleSession): Promise<TemporaryCredentials> => {
    state.requests.push(session);
    if (state.failure) throw state.failure;
    return { accessKeyId: 'a', secretAccessKey: 's', expiration: new Date(Date.now() + HOUR_MS) };
  };
  const metrics = new AttributionMetrics(new Registry());
  const sessions = new TeamSessions({ bedrock, sts: { assumeRole }, metrics, now: () => Date.now() });
  const of = (name: string) => sessions.of({ team: { id: name, name } } satisfies TeamCaller, undefined);
  const used = async (name: string): Promise<TeamSession> => {
    const session = of(name) as TeamSession;
    await session.requested('first');
    session.usedAt = Date.now();
    return session;
  };
  return { state, sessions, of, used };
}

describe('TeamSessions', () => {
  it('are bounded with 10,000 teams, and create at most the bound of sessions in a minute', async () => {
    const { state, sessions, of, used } = open(100);
    for (let team = 0; team < 100; team += 1) await used(`team-${team}`);
    for (let round = 0; round < 3; round += 1) {
      for (let team = 100; team < 10_000; team += 1) expect(of(`team-${team}`)).toBe('session_limit');
    }
    expect([sessions.size, state.requests.length]).toEqual([100, 100]);
    // The session that was not used for the longest time ends first, after a minute.
    await jest.advanceTimersByTimeAsync(30_000);
    for (let team = 1; team < 100; team += 1) (of(`team-${team}`) as TeamSession).usedAt = Date.now();
    await jest.advanceTimersByTimeAsync(31_000);
    expect(of('team-5000')).toBeInstanceOf(TeamSession);
    expect(of('team-5001')).toBe('session_limit');
    expect(of('team-0')).toBe('session_limit');
    expect(of('team-1')).toBeInstanceOf(TeamSession);
    sessions.close();
  });

  it('refresh credentials in use before they expire, and forget the others', async () => {
    const { state, sessions, used } = open();
    const session = await used('busy');
    const idle = await used('idle');
    await jest.advanceTimersByTimeAsync(HOUR_MS - 299_000);
    expect(state.requests).toHaveLength(4);
    session.usedAt = Date.now();
    await jest.advanceTimersByTimeAsync(HOUR_MS - 100_000);
    // Only the busy one was used since the first refresh.
    expect(state.requests.map(({ sessionName }) => sessionName)).toEqual(['busy', 'idle', 'busy', 'idle', 'busy']);
    await jest.advanceTimersByTimeAsync(300_000);
    expect([sessions.size, idle.identityIn('us-east-1', Date.now())]).toEqual([1, undefined]);
    expect(session.identityIn('us-east-1', Date.now())).toBeDefined();
    sessions.close();
  });

  it('use credentials while refreshing fails, and repeat a failed request in growing intervals', async () => {
    const { state, sessions, used } = open();
    const session = await used('team');
    state.failure = new Error('STS is away');
    await jest.advanceTimersByTimeAsync(HOUR_MS - 240_000);
    expect(session.identityIn('us-east-1', Date.now())).toBeDefined();
    // After about 2, 4, 8, 16 and 32 seconds.
    expect(state.requests.length).toBeGreaterThan(4);
    expect(state.requests.length).toBeLessThan(9);
    expect(session.mayWait).toBe(false);
    // At most one warning in ten seconds.
    expect(warnings.mock.calls.length).toBeLessThan(state.requests.length - 1);
    expect(warnings.mock.calls[0]?.[0]).toMatchObject({ session: 'team', reason: 'Error: STS is away' });
    state.failure = undefined;
    await jest.advanceTimersByTimeAsync(61_000);
    expect([session.mayWait, session.needsRefresh(Date.now())]).toEqual([true, false]);
    sessions.close();
  });

  it('keep one identity for each region until the credentials change, and drop old credentials that AWS rejects', async () => {
    const { sessions, used } = open();
    const session = await used('team');
    const identity = session.identityIn('us-east-1', Date.now())!;
    expect(session.identityIn('us-east-1', Date.now())).toBe(identity);
    expect(session.identityIn('eu-west-1', Date.now())?.signer).not.toBe(identity.signer);
    session.reject(identity);
    expect(session.identityIn('us-east-1', Date.now())).toBe(identity);
    await jest.advanceTimersByTimeAsync(31_000);
    session.reject({ ...identity, credentials: { ...identity.credentials } });
    expect(session.identityIn('us-east-1', Date.now())).toBe(identity);
    session.reject(identity);
    expect(session.identityIn('us-east-1', Date.now())).toBeUndefined();
    sessions.close();
  });
});

it.each([
  ['AccessDenied', 'User: x is not authorized to perform: sts:TagSession on resource: y', /sts:TagSession to the role/],
  [
    'AccessDenied',
    'User: x is not authorized to perform: sts:AssumeRole on resource: y',
    /does not exist, or its trust/,
  ],
  ['PackedPolicyTooLargeException', 'Packed size', /session tags are too large/],
  ['ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration', /sessionSeconds/],
  ['TimeoutError', 'timed out', /^TimeoutError: timed out$/],
])('a failure %s of STS is described', (name, message, expected) => {
  expect(describeStsFailure(Object.assign(new Error(message), { name }))).toMatch(expected);
});

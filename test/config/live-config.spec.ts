import { AssumedRoles } from '../../src/bedrock/sessions/assumed-roles.ts';
import { DerivedFromConfig } from '../../src/config/derived.ts';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { LiveConfig } from '../../src/config/live-config.ts';
import { build } from './build.ts';

describe('the live configuration', () => {
  it('is visible through one object that has every section of the class', () => {
    const live = new LiveConfig(build('limits: {requestsPerMinute: 1}'));
    expect(live.view).toBeInstanceOf(GatewayConfig);
    expect(Object.keys(live.view)).toEqual(Object.keys(new GatewayConfig()));
    expect(Object.entries(live.view)).toEqual(Object.entries(live.current));
    expect(() => Object.assign(live.view, { limits: {} })).toThrow(TypeError);
  });

  it('changes atomically for holders of the view, but not for holders of a section', () => {
    const live = new LiveConfig(build('limits: {requestsPerMinute: 1}\ncache: {ttlSeconds: 1}'));
    const { limits } = live.view;
    live.swap(build('limits: {requestsPerMinute: 2}\ncache: {ttlSeconds: 2}'));
    expect([live.view.limits.requestsPerMinute, live.view.answerCache.ttlSeconds]).toEqual([2, 2]);
    expect(limits.requestsPerMinute).toBe(1);
  });

  it('stays unchanged if a listener rejects the change', () => {
    const live = new LiveConfig(build(''));
    const before = live.current;
    const taken: string[] = [];
    live.onChange(() => () => taken.push('first'));
    const stopRefusing = live.onChange((next) => {
      if (next.limits.requestsPerMinute > 5) throw new Error('too many');
    });
    live.onChange(() => () => taken.push('last'));
    expect(() => live.swap(build('limits: {requestsPerMinute: 6}'))).toThrow(AggregateError);
    expect(live.current).toBe(before);
    expect(taken).toEqual([]);
    stopRefusing();
    live.swap(build('limits: {requestsPerMinute: 6}'));
    expect(live.view.limits.requestsPerMinute).toBe(6);
    expect(taken).toEqual(['first', 'last']);
  });
});

describe('a request in progress', () => {
  it('keeps the account that it uses when the configuration removes it', () => {
    const account = '{name: other, roleArn: "arn:aws:iam::111122223333:role/x"}';
    const live = new LiveConfig(build(`bedrock: {accounts: [${account}]}`));
    const roles = new AssumedRoles(live.view);
    const credentials = roles.of('other');
    live.swap(build(''));
    expect(roles.of('other')).toBe(credentials);
    expect(() => roles.of('never-there')).toThrow('is not an account in bedrock.accounts');
  });
});

describe('a value derived from a section', () => {
  it('is rebuilt only when the section changes, from the previous value', () => {
    let part = 'a';
    const made = new DerivedFromConfig(
      () => part,
      (now, before: string | undefined) => `${before ?? ''}${now}`,
    );
    expect([made.current, made.current]).toEqual(['a', 'a']);
    part = 'b';
    expect([made.current, made.current]).toEqual(['ab', 'ab']);
  });

  it('is kept if the new one cannot be built', () => {
    let part = 1;
    const made = new DerivedFromConfig(
      () => part,
      (now) => {
        if (now === 2) throw new Error('no');
        return now;
      },
    );
    part = 2;
    expect(() => made.current).toThrow('no');
    part = 1;
    expect(made.current).toBe(1);
  });
});

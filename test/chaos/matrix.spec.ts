import * as bedrockRuntime from '@aws-sdk/client-bedrock-runtime';
import { FAULTS } from './faults.ts';
import { matrix } from './matrix.ts';
import { expected } from './rules.ts';

/** Returns all exceptions of the SDK, except their base class and that of an operation the gateway does not use. */
const EXCEPTIONS = Object.keys(bedrockRuntime).filter(
  (name) => /^[A-Z]\w+Exception$/.test(name) && name !== 'BedrockRuntimeServiceException',
);

describe('the fault matrix', () => {
  it('has every exception with which Bedrock Runtime can reject a call', () => {
    const refusals = FAULTS.flatMap(({ behave = [] }) => behave).flatMap((one) => ('name' in one ? [one.name] : []));
    expect(EXCEPTIONS.length).toBeGreaterThan(8);
    expect(EXCEPTIONS.filter((name) => !refusals.includes(name))).toEqual([]);
  });

  it('has every exception that is a member of its streams, as the first frame and after text', () => {
    const members = EXCEPTIONS.filter((name) => STREAMED.has(name));
    expect(members).toHaveLength(STREAMED.size);
    for (const when of ['first frame', 'after text']) {
      const names = FAULTS.filter((fault) => fault.when === when).map(({ name }) => name.toLowerCase());
      expect(members.filter((member) => !names.includes(member.toLowerCase()))).toEqual([]);
    }
  });

  it('has more than twenty faults, each with a row in the rule table', () => {
    expect(new Set(FAULTS.map(({ name }) => name)).size).toBeGreaterThan(20);
    for (const one of matrix()) expect(expected(one).client).not.toBe('');
  });

  it('expects no data after an error frame and no retry after text', () => {
    for (const one of matrix().filter(({ fault }) => fault.when === 'after text' && 'code' in fault.ends)) {
      const { client, calls } = expected(one);
      expect(client).toContain('no [DONE]');
      expect(calls).toBe('calls: 1');
    }
  });
});

/** Exceptions in the union of ConverseStream's and InvokeModelWithResponseStream's events (API reference, 2026-11). */
const STREAMED: ReadonlySet<string> = new Set([
  'InternalServerException',
  'ModelStreamErrorException',
  'ModelTimeoutException',
  'ServiceUnavailableException',
  'ThrottlingException',
  'ValidationException',
]);

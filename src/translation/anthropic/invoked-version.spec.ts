import { describe, expect, it } from '@jest/globals';

import { withKnownVersion } from './invoked-version.ts';

const VERSION = 'bedrock-2023-05-31';
const MESSAGES = '"messages":[{"role":"user","content":"a"}]';

function invoked(body: string): string {
  return withKnownVersion('invoke', Buffer.from(body)).toString();
}

describe('the version in a body of InvokeModel', () => {
  it.each([
    `{"anthropic_version":"${VERSION}",${MESSAGES}}`,
    `{"max_tokens":9,"anthropic_version" : "${VERSION}",${MESSAGES}}`,
    `{${MESSAGES},"anthropic_version":"${VERSION}"}\n`,
    `{"a":[1],"anthropic_version":"${VERSION}",${MESSAGES}}`,
    String.raw`{${MESSAGES},"anthropic\u005fversion":"${VERSION}"}`.replace('${MESSAGES}', MESSAGES),
    'no JSON with "anthropic_version"',
    '["anthropic_version"]',
    '[1]',
    '',
  ])('keeps every byte of a body that needs no change: %s', (body) => {
    const original = Buffer.from(body);
    expect(withKnownVersion('invoke', original)).toBe(original);
  });

  it.each([
    [`{${MESSAGES}}`, `{"anthropic_version":"${VERSION}",${MESSAGES}}`],
    [` { "max_tokens": 1.0 }`, `{"anthropic_version":"${VERSION}", "max_tokens": 1.0 }`],
    ['{}', `{"anthropic_version":"${VERSION}"}`],
    [
      `{"system":"{","tool":{"anthropic_version":"2026-10-21"}}`,
      `{"anthropic_version":"${VERSION}","system":"{","tool":{"anthropic_version":"2026-10-21"}}`,
    ],
    [
      `{"tool":{"anthropic_version":"${VERSION}"}}`,
      `{"anthropic_version":"${VERSION}","tool":{"anthropic_version":"${VERSION}"}}`,
    ],
  ])('is added if it is missing: %s', (body, expected) => {
    expect(invoked(body)).toBe(expected);
  });

  it.each(['"2026-10-21"', '"2023-06-01"', '""', 'null', '1'])(
    'replaces %s and keeps the digits of numbers',
    (version) => {
      const expected = `{"x":[1.0,9007199254740993],"anthropic_version":"${VERSION}"}`;
      expect(invoked(`{"x":[1.0,9007199254740993],"anthropic_version":${version}}`)).toBe(expected);
    },
  );

  it('is corrected within the body of CountTokens', () => {
    const counted = (body: string): string =>
      JSON.stringify({ input: { invokeModel: { body: Buffer.from(body).toString('base64') } } });
    const change = (body: string): string => withKnownVersion('count-tokens', Buffer.from(body)).toString();
    expect(change(counted(`{${MESSAGES}}`))).toBe(counted(`{"anthropic_version":"${VERSION}",${MESSAGES}}`));
    for (const kept of [
      counted(`{"anthropic_version":"${VERSION}"}`),
      '{"input":{"converse":{}}}',
      '{"invokeModel":1}',
    ]) {
      expect(change(kept)).toBe(kept);
    }
  });

  it('does not apply to Converse', () => {
    const original = Buffer.from('{}');
    expect(withKnownVersion('converse', original)).toBe(original);
  });
});

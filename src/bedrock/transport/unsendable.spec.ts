import { asUnsendable, jsonBody, pathPart, requireSendable } from './unsendable.ts';

const REFUSED = { status: 400, code: 'request_not_sendable', retryable: false, exception: undefined };

describe('a request that cannot be sent', () => {
  it.each(['é', '\u2028', '\n', '\r\n', '\t', '\u0000', '\u007f', '\ud800', '😀'])(
    'is rejected with %j in a header',
    (value) => {
      expect(() => requireSendable({ 'x-amzn-bedrock-a': 'fine', 'x-amzn-bedrock-b': value })).toThrow(
        expect.objectContaining({ ...REFUSED, param: 'x-amzn-bedrock-b' }),
      );
    },
  );

  it('is rejected with a lone surrogate in its path', () => {
    expect(() => pathPart('a\ud800', 'model')).toThrow(expect.objectContaining({ ...REFUSED, param: 'model' }));
    expect(pathPart('arn:aws:bedrock:x/y', 'model')).toBe('arn%3Aaws%3Abedrock%3Ax%2Fy');
  });

  it('is rejected if its body cannot be encoded as JSON', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    for (const body of [circle, { big: 1n }]) expect(() => jsonBody(body)).toThrow(expect.objectContaining(REFUSED));
    expect(jsonBody({ a: '\ud800' }).toString()).toBe('{"a":"\\ud800"}');
  });

  it('is rejected by undici before a connection is made', () => {
    for (const code of ['UND_ERR_INVALID_ARG', 'ERR_INVALID_CHAR', 'ERR_UNESCAPED_CHARACTERS']) {
      expect(asUnsendable(Object.assign(new Error('invalid'), { code }))).toMatchObject(REFUSED);
    }
    for (const code of ['ECONNRESET', 'UND_ERR_SOCKET', undefined]) {
      expect(asUnsendable(Object.assign(new Error('down'), { code }))).toBeUndefined();
    }
  });
});

import type { Request } from 'express';
import { loggedPath, repeatedPath } from './logged-path.ts';

const KEY = 'sk-abcdefghijklmnop1234';
const at = (path: string, route?: string) => ({ path, route: route && { path: route } }) as unknown as Request;

describe('the path in logs and traces', () => {
  it.each([
    [at('/v1/models/x', '/v1/models/*id'), '/v1/models/*id'],
    [at(`/v1/models/${KEY}`, '/v1/models/*id'), '/v1/models/*id'],
    [at('/'), '/'],
    [at('/wp-login.php'), '/wp-login.php'],
    [at('/v1/chat/completion'), '/v1/…'],
    [at(`/v1/${KEY}`), '/v1/…'],
    [at(`/${KEY}`), '/…'],
    [at('/hunter2hunter2/x'), '/…/…'],
    [at('/Tr0ub4dor&3'), '/…'],
    [at(`/${'x'.repeat(500)}`), '/…'],
    [at('/a\nb'), '/…'],
    [at('//metrics'), '//…'],
  ])('%j becomes %s', (request, shown) => {
    expect(loggedPath(request)).toBe(shown);
  });

  it('in a message to the client is shortened and contains no secrets', () => {
    expect(repeatedPath(at('/v1/chat/completion'))).toBe('/v1/chat/completion');
    expect(repeatedPath(at(`/v1/${KEY}/x`))).toBe('/v1/(not shown)/x');
    expect(repeatedPath(at(`/${'x/'.repeat(500)}`))).toHaveLength(200);
  });
});

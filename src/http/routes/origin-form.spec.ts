import { describe, expect, it } from '@jest/globals';
import { originForm } from './origin-form.ts';

describe('originForm', () => {
  it.each([
    ['/v1/models?x=http://y/', '/v1/models?x=http://y/'],
    ['//host/admin', '//host/admin'],
    ['http://host/admin/v1', '/admin/v1'],
    ['HTTPS://user:secret@[::1]:80/admin?a#b', '/admin?a#b'],
    ['http://host', '/'],
    ['http://host?a=/admin', '/?a=/admin'],
    ['http:///admin', '/admin'],
    ['http://host\\admin/v1', '/v1'],
    ['http://host//admin', '//admin'],
    ['*', '*'],
  ])('of %s', (target, expected) => {
    expect(originForm(target)).toBe(expected);
  });
});

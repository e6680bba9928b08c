import { describe, expect, it } from '@jest/globals';
import { PromiseMemo } from './promise-memo.ts';

describe('PromiseMemo', () => {
  it('runs successful work once, and failed work again', async () => {
    const memo = new PromiseMemo();
    let begun = 0;
    const succeed = () => Promise.resolve((begun += 1));
    expect([await memo.run('a', succeed), await memo.run('a', succeed)]).toEqual([1, 1]);
    await expect(memo.run('b', () => Promise.reject(new Error('first')))).rejects.toThrow('first');
    expect(await memo.run('b', succeed)).toBe(2);
  });

  it('forgets the work of a prefix: all of it, or work in progress', async () => {
    const memo = new PromiseMemo();
    const never = Promise.withResolvers<string>();
    await memo.run('model/0', () => Promise.resolve('done'));
    void memo.run('model/1', () => never.promise);
    memo.forget('model/', 'unfinished');
    expect(await memo.run('model/0', () => Promise.resolve('again'))).toBe('done');
    expect(await memo.run('model/1', () => Promise.resolve('again'))).toBe('again');
    memo.forget('model/', 'all');
    expect(await memo.run('model/0', () => Promise.resolve('again'))).toBe('again');
    never.resolve('late');
  });

  it('keeps new work when the forgotten work of its key fails', async () => {
    const memo = new PromiseMemo();
    const old = Promise.withResolvers<string>();
    const forgotten = memo.run('a', () => old.promise);
    memo.forget('a', 'all');
    expect(await memo.run('a', () => Promise.resolve('new'))).toBe('new');
    old.reject(new Error('late'));
    await expect(forgotten).rejects.toThrow('late');
    expect(await memo.run('a', () => Promise.resolve('third'))).toBe('new');
  });
});

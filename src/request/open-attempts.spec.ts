import { jest } from '@jest/globals';
import { OpenAttempts } from './open-attempts.ts';

describe('OpenAttempts.totalMs', () => {
  let attempts: OpenAttempts;
  const total = (): number => attempts.totalMs(performance.now());

  beforeEach(() => {
    jest.useFakeTimers();
    attempts = new OpenAttempts();
  });
  afterEach(() => jest.useRealTimers());

  it('adds up the times with an open attempt, and not the pauses between them', () => {
    expect(total()).toBe(0);
    jest.advanceTimersByTime(1_000);
    attempts.begin();
    jest.advanceTimersByTime(20);
    expect(total()).toBe(20);
    attempts.end();
    jest.advanceTimersByTime(1_000);
    attempts.begin();
    jest.advanceTimersByTime(3);
    expect(total()).toBe(23);
  });

  it('counts the time of concurrent attempts once', () => {
    attempts.begin();
    jest.advanceTimersByTime(10);
    attempts.begin();
    jest.advanceTimersByTime(10);
    attempts.end();
    jest.advanceTimersByTime(10);
    attempts.end();
    jest.advanceTimersByTime(10);
    expect(total()).toBe(30);
  });

  it('includes work of Bedrock without an attempt', () => {
    attempts.addMs(7);
    expect(total()).toBe(7);
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GatewayError } from '../../errors/errors.ts';
import { CancelSource } from '../../request/cancel-signal.ts';
import { BodyMemoryBudget } from './body-memory-budget.ts';
import { type Upload, type UploadLimits, Uploads } from './uploads.ts';
import type { Caller } from '../../request/caller.ts';

const ONE: Caller = { name: 'one', id: '1' };
const TWO: Caller = { name: 'two', id: '2' };

/** The part of a request that the test needs. */
class FakeCall {
  readonly signal = new CancelSource();
  readonly report = {};
  private readonly endings: (() => void)[] = [];

  onClose(work: () => void): void {
    this.endings.push(work);
  }

  over(): void {
    for (const work of this.endings) work();
  }
}

const waiting: { call: FakeCall; upload: Promise<Upload> }[] = [];
afterEach(async () => {
  const left = waiting.splice(0);
  for (const { call } of left) call.signal.cancel(new Error('the test is over'));
  await Promise.allSettled(left.map(({ upload }) => upload));
});

let limits: UploadLimits & { maxTotalBodyBytes: number; maxTotalBodyBytesPerKey: number };
let uploads: Uploads;
beforeEach(() => {
  limits = {
    maxUploads: 3,
    maxUploadsPerKey: 2,
    queueTimeoutMs: 60_000,
    maxQueuedRequests: 3,
    maxQueuedRequestsPerKey: 2,
    maxTotalBodyBytes: 100,
    maxTotalBodyBytesPerKey: 60,
  };
  uploads = new Uploads(
    new BodyMemoryBudget(() => limits),
    () => limits,
    (reason) => new GatewayError({ code: 'overloaded', message: reason }),
  );
});

function begin(caller: Caller, bytes: number, fake = new FakeCall()): Upload | Promise<Upload> {
  const upload = uploads.begin(fake, caller, bytes);
  if (upload instanceof Promise) waiting.push({ call: fake, upload });
  return upload;
}

describe('uploads', () => {
  it('start at once with a slot and memory, and wait for both without holding either', async () => {
    const first = new FakeCall();
    expect(begin(ONE, 50, first)).not.toBeInstanceOf(Promise);
    const second = begin(ONE, 20);
    expect(second).toBeInstanceOf(Promise);
    expect([uploads.budget.held, uploads.running, uploads.waiting]).toEqual([50, 1, 1]);
    first.over();
    expect((await second).reservation).toBeDefined();
    expect([uploads.budget.held, uploads.running, uploads.waiting]).toEqual([20, 1, 0]);
  });

  it('of one key do not delay those of another', () => {
    void begin(ONE, 60);
    void begin(ONE, 60);
    void begin(ONE, 60);
    expect(begin(TWO, 40)).not.toBeInstanceOf(Promise);
  });

  it('release the slot after the body, and the memory at the end of the request', async () => {
    const call = new FakeCall();
    const upload = await begin(ONE, 10, call);
    await begin(ONE, 10);
    const third = begin(ONE, 10);
    expect(third).toBeInstanceOf(Promise);
    upload.complete();
    upload.complete();
    await third;
    expect([uploads.budget.held, uploads.running]).toEqual([30, 2]);
    call.over();
    expect([uploads.budget.held, uploads.running]).toEqual([20, 2]);
  });

  it('leave the queue when their client disconnects', async () => {
    void begin(ONE, 60);
    const call = new FakeCall();
    const second = begin(ONE, 10, call) as Promise<Upload>;
    call.signal.cancel(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    expect(uploads.waiting).toBe(0);
  });

  it.each([
    ['key_body_memory', 60, ONE, 10],
    ['body_memory', 60, TWO, 50],
  ] as const)('without a queue are rejected: %s', (reason, held, caller, bytes) => {
    limits.queueTimeoutMs = 0;
    void begin(ONE, held);
    expect(() => begin(caller, bytes)).toThrow(reason);
  });

  it('are rejected by the slot limits of the key and of the process', () => {
    limits.queueTimeoutMs = 0;
    void begin(ONE, 1);
    void begin(ONE, 1);
    expect(() => begin(ONE, 1)).toThrow('key_uploads');
    void begin(TWO, 1);
    expect(() => begin(TWO, 1)).toThrow('uploads');
  });

  it('are rejected if the queue of the key or the whole queue is full', () => {
    void begin(ONE, 60);
    void begin(ONE, 10);
    void begin(ONE, 10);
    expect(() => begin(ONE, 10)).toThrow('key_queue_full');
    void begin(TWO, 40);
    void begin(TWO, 40);
    expect(() => begin(TWO, 40)).toThrow('queue_full');
  });

  it('grow, and are rejected above the limit of their key', async () => {
    const { reservation } = await begin(ONE, 10);
    reservation.growTo(50);
    reservation.growTo(20);
    expect(uploads.budget.held).toBe(50);
    expect(() => reservation.growTo(61)).toThrow('key_body_memory');
    reservation.shrinkTo(30);
    expect(uploads.budget.held).toBe(30);
  });
});

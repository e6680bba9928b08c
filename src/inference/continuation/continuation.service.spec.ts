import { describe, expect, it } from '@jest/globals';
import type { UpstreamService } from '../upstream/upstream.service.ts';
import { EventBatches } from '../../bedrock/transport/event-batches.ts';
import type { RequestContext } from '../../request/request-context.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { GatewayError } from '../../errors/errors.ts';
import type { UpstreamCalls } from '../../admission/upstream-calls.service.ts';
import type { Route } from '../../models/types/model.ts';
import type { TargetAnswer } from '../../routing/target-answer.ts';
import { CancelSource } from '../../request/cancel-signal.ts';
import type { ConverseEvent } from '../../wire/converse.ts';
import type { AccountingService } from '../accounting/accounting.service.ts';
import { StreamContinuationService } from './continuation.service.ts';

const TARGET = { id: 'a', region: 'us-east-1', modelId: 'm' };
const INPUT = { messages: [{ role: 'user' as const, content: [{ text: 'Write a story.' }] }] };
const BROKEN = new GatewayError({
  status: 502,
  type: 'server_error',
  code: 'upstream_stream_incomplete',
  message: 'The stream ended early.',
});
const text = (delta: string): ConverseEvent[] => [
  { contentBlockDelta: { contentBlockIndex: 0, delta: { text: delta } } },
];

/** Returns the body of an upstream call, and a function that reports whether its reader ended it. */
function upstream() {
  const ended: Error[] = [];
  const body = new EventBatches({
    pause: () => undefined,
    resume: () => undefined,
    abort: (reason) => void ended.push(reason),
  });
  const served: TargetAnswer<AsyncIterable<ConverseEvent[]>> = { body, target: TARGET, settle: () => undefined };
  return { body, served, isClosed: () => ended.length > 0 };
}

function continued(
  first: ReturnType<typeof upstream>,
  reopen: () => Promise<TargetAnswer<AsyncIterable<ConverseEvent[]>>>,
) {
  const config = Object.assign(new GatewayConfig(), { streaming: { maxContinuations: 1, keepAliveSeconds: 0 } });
  const upstreamService = { send: reopen } as unknown as UpstreamService;
  const calls = { countOneMore: () => Promise.resolve() } as unknown as UpstreamCalls;
  const route = { model: { rules: { prefill: true } }, targets: [TARGET] } as unknown as Route;
  const context = { id: 'r', signal: new CancelSource(), report: {} } as unknown as RequestContext;
  const accounting = { settleContinued: () => undefined } as unknown as AccountingService;
  const stream = new StreamContinuationService(upstreamService, config, calls, accounting).resumable(
    first.served,
    route,
    INPUT,
    context,
  );
  return stream.body[Symbol.asyncIterator]();
}

const never = () => Promise.reject(new Error('not opened again'));

describe('a reader that leaves', () => {
  it('closes the upstream before its first read', async () => {
    const first = upstream();
    await continued(first, never).return!();
    expect(first.isClosed()).toBe(true);
  });

  it('closes the upstream between two reads, and reads no more', async () => {
    const first = upstream();
    const reader = continued(first, never);
    first.body.push(text('Once '), 10);
    expect(await reader.next()).toMatchObject({ value: text('Once ') });
    await reader.return!();
    expect(first.isClosed()).toBe(true);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it('closes the upstream while it waits for a read', async () => {
    const first = upstream();
    const reader = continued(first, never);
    const read = reader.next();
    await reader.return!();
    expect(first.isClosed()).toBe(true);
    first.body.fail(BROKEN);
    await expect(read).rejects.toBe(BROKEN);
  });

  it('closes the stream that goes on, also when it opens after the reader has left', async () => {
    const first = upstream();
    const second = upstream();
    const opening = Promise.withResolvers<void>();
    const reader = continued(first, () => opening.promise.then(() => second.served));
    first.body.push(text('Once '), 10);
    await reader.next();
    const read = reader.next();
    first.body.fail(BROKEN);
    await new Promise((resolve) => setImmediate(resolve));
    await reader.return!();
    opening.resolve();
    expect(await read).toEqual({ done: true, value: undefined });
    expect(second.isClosed()).toBe(true);
  });
});

import { EventBatches, type FlowControl } from './event-batches.ts';

function flowLog(): FlowControl & { calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    pause: () => calls.push('pause'),
    resume: () => calls.push('resume'),
    abort: () => calls.push('abort'),
  };
}

/** Returns what a loop over the batches would receive next. */
async function read<Event>(batches: EventBatches<Event>): Promise<Event[] | 'done'> {
  const next = await batches.next();
  return next.done ? 'done' : next.value;
}

describe('EventBatches', () => {
  it('passes on a single batch unmodified and joins batches that waited', async () => {
    const batches = new EventBatches<number>(flowLog());
    batches.push([1], 100);
    expect(await read(batches)).toEqual([1]);
    const waiting = read(batches);
    batches.push([2], 100);
    expect(await waiting).toEqual([2]);
    batches.push([3, 4], 100);
    batches.push([5], 100);
    batches.end();
    expect(await read(batches)).toEqual([3, 4, 5]);
    expect(await read(batches)).toBe('done');
  });

  it('joins the batches of one socket read for a waiting reader', async () => {
    const batches = new EventBatches<number>(flowLog());
    const waiting = read(batches);
    batches.push([1], 100);
    batches.push([2], 100);
    batches.end();
    expect(await waiting).toEqual([1, 2]);
    expect(await read(batches)).toBe('done');
  });

  it('delivers earlier events before a failure', async () => {
    const batches = new EventBatches<number>(flowLog());
    batches.push([1], 100);
    batches.fail(new Error('cut'));
    expect(await read(batches)).toEqual([1]);
    await expect(batches.next()).rejects.toThrow('cut');
  });

  it('pauses the upstream of a slow reader and resumes it when the reader continues', async () => {
    const flow = flowLog();
    const batches = new EventBatches<number>(flow);
    for (let batch = 0; batch < 10; batch++) batches.push([batch], 10_000);
    expect(flow.calls).toEqual(['pause']);
    await read(batches);
    expect(flow.calls).toEqual(['pause', 'resume']);
  });

  it('aborts the upstream only if the reader leaves early', async () => {
    const flow = flowLog();
    const batches = new EventBatches<number>(flow);
    batches.push([1], 100);
    for await (const batch of batches) {
      expect(batch).toEqual([1]);
      break;
    }
    expect(flow.calls).toEqual(['abort']);

    const ended = flowLog();
    const whole = new EventBatches<number>(ended);
    whole.end();
    await whole.return();
    expect(ended.calls).toEqual([]);
  });
});

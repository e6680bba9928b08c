import { EventBatches, type Flow } from './event-batches.ts';

function flowLog(): Flow & { calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    pause: () => calls.push('pause'),
    resume: () => calls.push('resume'),
    abort: () => calls.push('abort'),
  };
}

describe('EventBatches', () => {
  it('hands over a lone batch as it came and joins those that waited', async () => {
    const batches = new EventBatches<number>(flowLog());
    batches.push([1], 100);
    expect(await batches.next()).toEqual({ done: false, value: [1] });
    const waiting = batches.next();
    batches.push([2], 100);
    expect(await waiting).toEqual({ done: false, value: [2] });
    batches.push([3, 4], 100);
    batches.push([5], 100);
    batches.end();
    expect(await batches.next()).toEqual({ done: false, value: [3, 4, 5] });
    expect(await batches.next()).toEqual({ done: true, value: undefined });
  });

  it('delivers what came before a failure, then the failure', async () => {
    const batches = new EventBatches<number>(flowLog());
    batches.push([1], 100);
    batches.fail(new Error('cut'));
    expect(await batches.next()).toEqual({ done: false, value: [1] });
    await expect(batches.next()).rejects.toThrow('cut');
  });

  it('pauses the upstream of a reader that falls behind and resumes it when it reads', async () => {
    const flow = flowLog();
    const batches = new EventBatches<number>(flow);
    for (let batch = 0; batch < 10; batch++) batches.push([batch], 10_000);
    expect(flow.calls).toEqual(['pause']);
    await batches.next();
    expect(flow.calls).toEqual(['pause', 'resume']);
  });

  it('aborts the upstream when the reader leaves early, and only then', async () => {
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

import type { RequestLogLine } from '../../request/request-log-line.ts';
import { AUDIT_FIELDS } from '../audit.ts';
import { addFormerFields, FORMER_EVENTS, FORMER_LOG_FIELDS } from './former-log-names.ts';
import { createLoggersFor } from './logging.ts';

const USAGE = { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 };
const LINE: RequestLogLine = {
  requestId: 'a',
  method: 'POST',
  path: '/v1/chat/completions',
  status: 200,
  durationMs: 1,
};

function linesOf(emits: boolean, fields: object): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const sink = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  createLoggersFor([sink], { level: 'info' }, () => emits).application.warn(fields, 'text');
  return lines.map((line) =>
    Object.fromEntries(Object.entries(line).filter(([name]) => !['time', 'level'].includes(name))),
  );
}

describe('former fields of the request line', () => {
  it('have the value of the present ones', () => {
    const values = {
      requestedModel: 'a',
      targetFailovers: ['a=b'],
      modelFallbacks: ['b=c'],
      maxGapMs: 1,
      msPerOutputToken: 2,
      usage: USAGE,
      estimatedUsage: USAGE,
      streamContinuations: ['c=d'],
      clientDisconnected: true,
    } as const;
    const line = { ...LINE, ...values };
    addFormerFields(line);
    const former = Object.entries(FORMER_LOG_FIELDS).map(([name, old]) => [old, values[name as keyof typeof values]]);
    expect(line).toEqual({ ...LINE, ...values, ...Object.fromEntries(former) });
  });

  it('are absent where the present ones are', () => {
    const line = { ...LINE, usage: undefined };
    addFormerFields(line);
    expect(Object.keys(line)).toEqual([...Object.keys(LINE), 'usage']);
  });
});

describe('a log line', () => {
  it.each(Object.entries(FORMER_EVENTS))('with the event %s is followed by one with %s', (event, former) => {
    expect(linesOf(true, { event, reason: 'x' })).toEqual([
      { event, reason: 'x', msg: 'text' },
      { event: former, replacedBy: event, reason: 'x', msg: 'text' },
    ]);
    expect(linesOf(false, { event, reason: 'x' })).toEqual([{ event, reason: 'x', msg: 'text' }]);
  });

  it('of the audit has its former mark, too', () => {
    const fields = { ...AUDIT_FIELDS, event: 'config_changed' };
    expect(linesOf(true, fields)).toEqual([{ ...fields, stream: 'audit', msg: 'text' }]);
    expect(linesOf(false, fields)).toEqual([{ ...fields, msg: 'text' }]);
  });

  it('without a renamed event stays as it is', () => {
    expect(linesOf(true, { event: 'overloaded' })).toEqual([{ event: 'overloaded', msg: 'text' }]);
    expect(linesOf(true, { err: new TypeError('x') })).toHaveLength(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Caller } from '../../request/caller.ts';
import { OpenAttempts } from '../../request/open-attempts.ts';
import type { RequestContext, RequestReport } from '../../request/request-context.ts';
import type { LedgerLine } from '../../usage/ledger-line.ts';
import type { EndedRequest } from './ended-request.ts';
import { ledgerRowOf } from './ledger-row-of.ts';
import { uuidV7 } from '../time/uuid-v7.ts';

const AT = Date.parse('2026-11-30T23:59:59.999Z');
const CALLER: Caller = {
  id: 'key_1',
  name: 'of-search',
  team: { id: 'team_1', name: 'search' },
  application: { id: 'app_1', name: 'bot' },
  principal: 'p_1',
  costCenter: '4711',
};
const LINE: LedgerLine = {
  model: 'claude-haiku-4-5',
  target: 'us-east-1/m',
  region: 'us-east-1',
  profile: 'us',
  tier: 'default',
  units: [
    { kind: 'input', count: 10, unitPricePico: 1_000_000 },
    { kind: 'output', count: 2, unitPricePico: 5_000_000 },
    { kind: 'cacheRead', count: 7, unitPricePico: 100_000 },
    { kind: 'cacheWrite5m', count: 3, unitPricePico: 1_250_000 },
    { kind: 'cacheWrite1h', count: 4, unitPricePico: 2_000_000 },
  ],
  listCostNano: 33,
  contractCostNano: 30,
  priceVersion: 'v',
  priceSource: 'contract',
  isEstimated: false,
  at: AT,
};

function rowWith(report: RequestReport, more: Partial<EndedRequest> = {}, caller: Caller = CALLER, hasBegun = true) {
  const attempts = new OpenAttempts();
  if (hasBegun) attempts.begin();
  const context = { id: 'r', report, caller, attempts, startedAt: 0 } as unknown as RequestContext;
  return ledgerRowOf({
    context,
    ledgerId: uuidV7(AT),
    requestId: 'r',
    method: 'POST',
    endpoint: '/v1/chat/completions',
    httpStatus: 200,
    durationMs: 5,
    isCut: false,
    ...more,
  });
}

describe('the row of a request', () => {
  it('has the ids of its caller, and the day of its id', () => {
    expect(rowWith({ model: 'm' })).toMatchObject({
      day: '2026-11-30',
      at: AT,
      key: 'key_1',
      team: 'team_1',
      application: 'app_1',
      principal: 'p_1',
      costCenter: '4711',
    });
  });

  it('has no key if the caller is a principal with a token', () => {
    const row = rowWith({}, {}, { id: 'p_1', name: 'p_1', principal: 'p_1', team: { id: 'team_1', name: 'search' } });
    expect([row.key, row.principal]).toEqual([undefined, 'p_1']);
  });

  it('is the sum of its lines', () => {
    const row = rowWith({ model: 'm', lines: [LINE, { ...LINE, isEstimated: true }], priceSource: 'contract' });
    expect(row).toMatchObject({ listCostNano: 66, contractCostNano: 60, isEstimated: true, priceSource: 'contract' });
    expect(row.usage).toEqual({ input: 20, output: 4, cacheRead: 14, cacheWrite: 14, cacheWrite1h: 8 });
    const largest = { ...LINE, listCostNano: Number.MAX_SAFE_INTEGER };
    expect(rowWith({ lines: [largest, largest] }).listCostNano).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each<[string, RequestReport, Partial<EndedRequest>, boolean]>([
    ['succeeded', {}, {}, true],
    ['canceled', {}, { isCut: true, httpStatus: 499 }, false],
    ['canceled', { errorCode: 'client_stalled', errorSource: 'client' }, { isCut: true }, true],
    ['canceled', { errorCode: 'response_stopped', errorSource: 'client' }, {}, true],
    ['failed', { errorCode: 'upstream_stream_incomplete', errorSource: 'upstream' }, { isCut: true }, true],
    ['failed', { errorCode: 'rate_limit_exceeded', errorSource: 'upstream' }, { httpStatus: 429 }, true],
    ['failed', { errorCode: 'service_unavailable', errorSource: 'upstream' }, { httpStatus: 503 }, false],
    ['refused', { errorCode: 'rate_limit_exceeded', errorSource: 'key' }, { httpStatus: 429 }, false],
    ['refused', { errorCode: 'model_not_found', errorSource: 'client' }, { httpStatus: 404 }, false],
  ])('has the status %s: %j %j', (status, report, more, hasBegun) => {
    expect(rowWith(report, more, CALLER, hasBegun).status).toBe(status);
  });

  it.each<[string | undefined, RequestReport, unknown]>([
    ['asked', { redirectedFrom: 'asked', model: 'answers' }, undefined],
    ['first', { fallback: ['first=timeout', 'second=timeout'], model: 'third' }, undefined],
    ['m', { model: 'm' }, 'other'],
    ['gpt-9', {}, 'gpt-9'],
    ['(not shown)', {}, 'sk-0123456789abcdef'],
    [undefined, {}, { model: 'x' }],
    [undefined, {}, ''],
  ])('names %s as the model that the client asked for: %j', (asked, report, modelText) => {
    expect(rowWith(report, { modelText }).modelAsked).toBe(asked);
  });

  it('contains no text that a database rejects, and no names of unknown fields', () => {
    const row = rowWith({
      model: `a\u0000b\ud800${'c'.repeat(1_000)}`,
      adjusted: ['secret_field=unknown', 'top_p=dropped'],
      failovers: ['a\u0000=timeout'],
    });
    expect(row.modelAsked).toMatch(/^ab\ufffdc+$/);
    expect(row.modelAsked!.length).toBeLessThanOrEqual(256);
    expect(row.adjusted).toEqual(['unknown', 'top_p=dropped']);
    expect(row.explain.failovers).toEqual(['a=timeout']);
  });

  it.each(['t', '"', '\u20ac'])('has an explanation of at most 8 KiB, of any text: %s', (character) => {
    const long = Array.from({ length: 500 }, (_, index) => `${character.repeat(300)}${index}`);
    const { explain } = rowWith({ target: long[0]!, failovers: long, continued: long, upstreamRequestId: long[1]! });
    expect(Buffer.byteLength(JSON.stringify(explain))).toBeLessThanOrEqual(8 * 1024);
    expect(explain.isShortened).toBe(true);
    expect(explain.failovers!.length).toBeGreaterThan(0);
  });
});

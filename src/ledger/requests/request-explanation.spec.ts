import { existsSync, readFileSync } from 'node:fs';
import { ERROR_CODES } from '../../errors/codes/error-codes.ts';
import type { LedgerExplanation } from '../rows/ledger-explanation.ts';
import { modelChoice } from './model-reason.ts';
import { requestErrorOf } from './request-error.ts';
import { explainedLine } from './request-lines.ts';
import { timelineOf } from './request-timeline.ts';
import type { StoredRequestLine } from './stored-request.ts';

const MODEL = { model_asked: 'claude-opus-4-5', model_answering: 'claude-opus-4-5', cache: null };

describe('the choice of a model', () => {
  it.each<[string, Partial<typeof MODEL> | { cache: string }, LedgerExplanation, string[], string]>([
    ['asked', {}, {}, [], 'The request names claude-opus-4-5.'],
    ['name', {}, { requestedName: 'gpt-4o' }, [], 'The name gpt-4o stands for claude-opus-4-5'],
    ['successor', { model_answering: 'claude-opus-4-6' }, {}, [], 'claude-opus-4-5 is retired.'],
    [
      'fallback',
      { model_answering: 'claude-haiku-4-5' },
      {},
      ['claude-opus-4-5=timeout', 'a=b=rate_limit_exceeded'],
      'claude-opus-4-5 failed with timeout, a=b failed with rate_limit_exceeded. claude-haiku-4-5 is the next fallback model.',
    ],
    ['answer_cache', { cache: 'hit' }, {}, [], 'The gateway had an answer'],
  ])('is explained by %s', (reason, row, explanation, fallback, text) => {
    const choice = modelChoice({ ...MODEL, ...row }, explanation, fallback);
    expect(choice.reason).toBe(reason);
    expect(choice.explanation).toContain(text);
  });

  it('shows no model that has not answered', () => {
    const choice = modelChoice({ ...MODEL, model_answering: null }, {}, ['claude-opus-4-5=timeout']);
    expect(choice).toMatchObject({ answering: null, reason: 'none' });
  });
});

describe('the error of a request', () => {
  it('has a meaning, and a page that exists, for every code and source', () => {
    for (const [code, rows] of Object.entries(ERROR_CODES)) {
      for (const { description, retry, source } of rows) {
        const error = requestErrorOf({ error_code: code, error_source: source }, {})!;
        expect([code, error.meaning, error.retry]).toEqual([code, description, retry]);
        const [page, section] = error.documentation.split('#') as [string, string?];
        expect([page, existsSync(page)]).toEqual([page, true]);
        if (section === undefined) continue;
        const headings = readFileSync(page, 'utf8').match(/^#+ .*$/gm)!;
        const anchors = headings.map((text) => text.replace(/^#+ /, '').toLowerCase().replaceAll(' ', '-'));
        expect(anchors).toContain(section);
      }
    }
  });

  it.each(['client_stalled', 'invalid_request_error', 'code_of_a_later_release', '__proto__'])(
    'has a meaning for %s, which is not in the register',
    (code) => {
      const error = requestErrorOf(
        { error_code: code, error_source: 'client' },
        { retryAfterSeconds: 3, errorStatus: 503 },
      );
      expect(error).toMatchObject({ code, retryAfterSeconds: 3, status: 503 });
      expect(error!.meaning).toMatch(/\w+\.$/);
    },
  );
});

describe('the prices of a line', () => {
  it('are exact decimal text', () => {
    const units = [
      { kind: 'cacheRead', count: 1_234_567, unitPricePico: 8_750 },
      { kind: 'input', count: 9_000_000_000_000, unitPricePico: 15_000_000, contractPricePico: 13_500_001 },
    ];
    const line = {
      at: '0',
      units: JSON.stringify(units),
      list_cost: '9007199254740993',
      contract_cost: 10n,
      is_estimated: 1n,
    };
    expect(explainedLine(line as unknown as StoredRequestLine)).toMatchObject({
      units: [
        { kind: 'cacheRead', unitPriceUsd: '0.00000000875', costUsd: '0.01080246125' },
        { unitPriceUsd: '0.000015', contractUnitPriceUsd: '0.000013500001', costUsd: '121500009' },
      ],
      listCostUsd: '9007199.254740993',
      contractCostUsd: '0.00000001',
      isEstimated: true,
    });
  });
});

describe('the times of a request', () => {
  it('are in order, and what is left before the first call is translation', () => {
    const explanation = {
      uploadMs: 40,
      queuedMs: 10,
      quotaWaitMs: 200,
      firstCallMs: 253.5,
      lastCallMs: 900,
      upstreamMs: 646.5,
    };
    expect(timelineOf(explanation, { durationMs: 903, firstEventMs: 500 })).toMatchObject({
      steps: [
        { event: 'arrived', atMs: 0 },
        { event: 'first_call', atMs: 253.5 },
        { event: 'first_event', atMs: 500 },
        { event: 'last_call_ended', atMs: 900 },
        { event: 'ended', atMs: 903 },
      ],
      parts: { uploadMs: 40, queueMs: 10, quotaMs: 200, translationMs: 3.5, bedrockMs: 646.5, finishMs: 3 },
    });
  });

  it('have no part of a call that was not made', () => {
    const { parts, steps } = timelineOf({}, { durationMs: 2, firstEventMs: null });
    expect(steps.map(({ event }) => event)).toEqual(['arrived', 'ended']);
    expect(JSON.stringify(parts)).toBe('{}');
  });
});

import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { withErrorCodes } from '../../scripts/error-codes-table.ts';
import { errorResponses } from '../../src/api/docs/document/errors.ts';
import { fromAwsError } from '../../src/bedrock/errors/bedrock-errors.ts';
import type { ErrorCodeRow } from '../../src/errors/codes/error-code-row.ts';
import { ERROR_CODES } from '../../src/errors/codes/error-codes.ts';
import { badRequest, GatewayError } from '../../src/errors/errors.ts';
import { RULES } from '../chaos/rules.ts';

const REGISTER = Object.entries<readonly ErrorCodeRow[]>(ERROR_CODES);

/** A place in `src/` that creates an error. */
interface Creation {
  where: string;
  /** Returns literal properties of the constructor's argument, or the literal code of `badRequest`. */
  fields: Readonly<Record<string, string>>;
}

const texts = new Set<string>();
const creations: Creation[] = [];
for (const file of globSync('src/**/*.ts').filter((name) => !/\.(?:spec|d)\.ts$/.test(name))) {
  if (file.startsWith('src/errors/codes/')) continue;
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  visit(source, source);
}

function visit(node: ts.Node, source: ts.SourceFile): void {
  if (ts.isStringLiteralLike(node) || ts.isTemplateTail(node)) texts.add(node.text);
  const where = `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
  if (ts.isNewExpression(node) && node.expression.getText().endsWith('Error')) {
    const [init] = node.arguments ?? [];
    if (init && ts.isObjectLiteralExpression(init)) creations.push({ where, fields: literalsOf(init) });
  }
  if (ts.isCallExpression(node) && ['badRequest', 'super'].includes(node.expression.getText())) {
    const [first, , code] = node.arguments;
    if (first && ts.isObjectLiteralExpression(first)) creations.push({ where, fields: literalsOf(first) });
    if (code && ts.isStringLiteral(code)) creations.push({ where, fields: { code: code.text } });
  }
  ts.forEachChild(node, (child) => visit(child, source));
}

function literalsOf(init: ts.ObjectLiteralExpression): Record<string, string> {
  return Object.fromEntries(
    init.properties.flatMap((property) => {
      if (!ts.isPropertyAssignment(property)) return [];
      const { initializer: value } = property;
      const isLiteral = ts.isStringLiteral(value) || ts.isNumericLiteral(value);
      return isLiteral ? [[property.name.getText(), value.text] as const] : [];
    }),
  );
}

describe('the register of error codes', () => {
  it('has every code that src/ creates', () => {
    const created = creations.filter(({ fields }) => fields['code'] !== undefined);
    expect(created.length).toBeGreaterThan(50);
    expect(created.filter(({ fields }) => !Object.hasOwn(ERROR_CODES, String(fields['code'])))).toEqual([]);
  });

  it('has no code that src/ does not create', () => {
    // Codes for numbers are composed: `${kind}_above_max_value`.
    const isUsed = (code: string) => texts.has(code) || texts.has(code.replace(/^(?:integer|decimal)/, ''));
    expect(REGISTER.map(([code]) => code).filter((code) => !isUsed(code))).toEqual([]);
  });

  it('is the only definition of status, type and message properties', () => {
    const repeated = creations.filter(({ fields: { code, status, type, source } }) => {
      if (code === undefined) return false;
      const [row] = REGISTER.find(([name]) => name === code)![1];
      const isDefault = source === undefined || source === row!.source;
      return isDefault && (status === String(row!.status) || type === row!.type);
    });
    expect(repeated).toEqual([]);
  });

  it('has one row for each source of a code, each with a description', () => {
    const sentences = REGISTER.flatMap(([, rows]) => rows.map(({ description }) => description));
    expect(sentences.filter((sentence) => !/^[A-Z`][^\n]{10,118}\.$/.test(sentence))).toEqual([]);
    expect(new Set(sentences).size).toBe(sentences.length);
    for (const [, rows] of REGISTER) expect(new Set(rows.map(({ source }) => source)).size).toBe(rows.length);
  });

  it('agrees with the table of failures that the chaos tests use', () => {
    const rules = Object.entries(RULES).filter(([code]) => code in ERROR_CODES);
    const registered = rules.map(([code]) => {
      const rows = REGISTER.find(([name]) => name === code)![1];
      const { status, retry } = rows.find(({ source }) => source === 'upstream') ?? rows[0]!;
      return { code, status, again: retry === 'gateway' };
    });
    expect(registered).toEqual(rules.map(([code, { status, again }]) => ({ code, status, again })));
    expect(rules).toHaveLength(Object.keys(RULES).length - 1);
  });
});

describe('the source of an error', () => {
  it.each([
    ['ThrottlingException', 429, 'rate_limit_exceeded', 'rate_limit_error', 'upstream', true],
    ['ServiceQuotaExceededException', 402, 'insufficient_quota', 'rate_limit_error', 'upstream', false],
    ['ResourceNotFoundException', 404, 'model_not_found', 'invalid_request_error', 'upstream', false],
    ['ExpiredTokenException', 403, 'upstream_auth_error', 'server_error', 'gateway', false],
    ['ValidationException', 400, null, 'invalid_request_error', 'upstream', false],
    ['SomethingNewException', 413, 'request_too_large', 'invalid_request_error', 'upstream', false],
    ['SomethingNewException', 500, 'upstream_error', 'server_error', 'upstream', true],
  ])('%s with %i', (exception, status, code, type, source, retryable) => {
    const error = fromAwsError({ exception, message: 'No.', status });
    expect(error).toMatchObject({ code, type, source, retryable });
  });

  it('is the first one of the register, unless the error names one', () => {
    expect(new GatewayError({ code: 'rate_limit_exceeded', message: '' })).toMatchObject({
      status: 429,
      type: 'requests',
      source: 'key',
      retryable: false,
    });
    expect(new GatewayError({ code: 'timeout', source: 'client', message: '' })).toMatchObject({
      status: 504,
      type: 'server_error',
      source: 'client',
      retryable: false,
    });
    expect(badRequest('No.')).toMatchObject({ status: 400, type: 'invalid_request_error', source: 'client' });
  });

  it('is kept when more details are added to the error', () => {
    const error = new GatewayError({ code: 'timeout', source: 'client', message: '' }).with({ retryAfter: 1 });
    expect(error).toMatchObject({ code: 'timeout', source: 'client', retryable: false, retryAfter: 1 });
  });
});

describe('/openapi.json', () => {
  it('describes every status that a route can have, with its codes', () => {
    const traits = { path: '/v1/moderations', isPublic: false, hasBody: true, isChange: true, isForAnthropic: false };
    const responses = errorResponses(traits) as Record<string, { description: string }>;
    const rows = REGISTER.flatMap(([code, origins]) => origins.map(({ status }) => ({ code, status })));
    const undescribed = rows.filter(({ code, status }) => !responses[status]?.description.includes(`\`${code}\``));
    // A wrong method and oversized headers match no route. Versions are those of the admin API, which is off.
    expect(undescribed.map(({ code }) => code).toSorted()).toEqual([
      'headers_too_large',
      'method_not_allowed',
      'version_conflict',
    ]);
  });
});

describe('docs/failures.md', () => {
  it('contains the error codes that npm run docs:registers writes', () => {
    const page = readFileSync('docs/failures.md', 'utf8');
    expect(page).toBe(withErrorCodes(page));
  });
});

import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { GatewayError } from '../../src/errors/errors.ts';
import { chatDialect } from '../../src/translation/openai-chat/chat-dialect.ts';
import { completionsDialect } from '../../src/translation/openai-completions/completions-dialect.ts';
import type { Dialect, DialectRequest } from '../../src/translation/dialect.ts';
import { CHAT_PARAMETERS } from '../../src/translation/parameters/chat-parameters.ts';
import { renderCompatibilityPage } from '../../src/translation/parameters/compatibility-page.ts';
import { COMPLETIONS_PARAMETERS } from '../../src/translation/parameters/completions-parameters.ts';
import { RESPONSES_PARAMETERS } from '../../src/translation/parameters/responses-parameters.ts';
import { responsesDialect } from '../../src/translation/openai-responses/responses-dialect.ts';
import type { Parameter, ParameterTable, Treatment } from '../../src/translation/parameters/parameter.ts';
import { contextOf, type Generation } from '../support/model-cards.ts';
import { openAiFields } from '../support/openai-fields.ts';
import { CHAT_CASES, COMPLETIONS_CASES, RESPONSES_CASES, VERIFIED_ELSEWHERE, type Case } from './cases.ts';

/** The parameter table is complete and correct: every field of OpenAI's has a row, and a test proves each row. */

interface Subject {
  name: string;
  /** Schemas that together describe the request. */
  schemas: readonly string[];
  table: ParameterTable;
  cases: Readonly<Record<string, Case>>;
  /** Returns the effect of a request on a model: the calls and notes, or the error. */
  send: (body: object, generation: Generation) => Outcome;
}

type Outcome = { calls: readonly object[]; adjusted: readonly string[] } | { refused: GatewayError };

function sender<Request extends DialectRequest, Answer>(
  dialect: Dialect<Request, Answer>,
  plain: object,
): Subject['send'] {
  return (body, generation) => {
    try {
      const request = { ...plain, ...body } as unknown as Request;
      const { inputs, adjusted } = dialect.toConverse(request, contextOf(generation));
      return { calls: inputs, adjusted };
    } catch (error) {
      if (error instanceof GatewayError) return { refused: error };
      throw error;
    }
  };
}

const SUBJECTS: readonly Subject[] = [
  {
    name: 'chat',
    schemas: ['CreateChatCompletionRequest'],
    table: CHAT_PARAMETERS,
    cases: CHAT_CASES,
    send: sender(chatDialect, { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }),
  },
  {
    name: 'completions',
    schemas: ['CreateCompletionRequest'],
    table: COMPLETIONS_PARAMETERS,
    cases: COMPLETIONS_CASES,
    send: sender(completionsDialect, { model: 'm', prompt: 'Hi' }),
  },
  {
    name: 'responses',
    schemas: ['CreateModelResponseProperties', 'ResponseProperties', 'Reasoning'],
    table: RESPONSES_PARAMETERS,
    cases: RESPONSES_CASES,
    send: sender(responsesDialect, { model: 'm', input: 'Hi' }),
  },
];

/** Returns the effects that the notes report for a field, with `messages[].name` listed as `name`. */
function notesOn(field: string, outcome: Outcome): string[] {
  if ('refused' in outcome) return [];
  const name = field.includes('[]') ? field.split('.').at(-1) : field;
  return outcome.adjusted.filter((note) => note.startsWith(`${name}=`));
}

function check(
  treatment: Treatment,
  row: Parameter,
  { body, shows = 'input' }: Case,
  subject: Subject,
  on: Generation,
): void {
  const outcome = subject.send(body, on);
  if (treatment === 'rejected') {
    expect(outcome).toHaveProperty('refused.status', 400);
    const param = 'refused' in outcome ? (outcome.refused.param ?? '') : '';
    expect(param.replaceAll(/\[\d+\]/g, '')).toBe(row.field.replaceAll('[]', ''));
    return;
  }
  if ('refused' in outcome) throw outcome.refused;
  const notes = notesOn(row.field, outcome);
  const plain = subject.send({}, on);
  const before = 'refused' in plain ? [] : plain.calls;
  switch (treatment) {
    case 'honored':
    case 'emulated':
      expect(notes).toEqual([]);
      if (shows === 'input') expect(outcome.calls).not.toEqual(before);
      else if (shows === 'calls') expect(outcome.calls.length).toBeGreaterThan(before.length);
      else expect(outcome.calls).toEqual(before);
      return;
    case 'ignored':
      expect(notes).toEqual([expect.stringMatching(/=ignored$/)]);
      expect(outcome.calls).toEqual(before);
      return;
    case 'adjusted':
      expect(notes).toHaveLength(1);
      return;
    default:
      treatment satisfies never;
  }
}

describe('docs/compatibility.md', () => {
  it('is written by npm run docs:compatibility', () => {
    expect(readFileSync(new URL('../../docs/compatibility.md', import.meta.url), 'utf8')).toBe(
      renderCompatibilityPage(),
    );
  });
});

describe.each(SUBJECTS)('the table of $name', (subject) => {
  const { table, cases, schemas } = subject;

  it('has a row for every field of OpenAI’s specification', () => {
    const fields = schemas.flatMap((schema) => {
      const own = openAiFields(schema) ?? [];
      return schema === 'Reasoning' ? own.map((field) => `reasoning.${field}`) : own;
    });
    const rows = table.map(({ field }) => field);
    const isReported = (field: string) => rows.some((row) => row === field || row.startsWith(`${field}.`));
    expect(fields.filter((field) => !isReported(field))).toEqual([]);
  });

  it('has one row per field, each with a sentence and a test', () => {
    const rows = table.map(({ field }) => field);
    expect(rows.filter((field, index) => rows.indexOf(field) !== index)).toEqual([]);
    expect(table.filter(({ note }) => !/^\w.*\.$/.test(note))).toEqual([]);
    const elsewhere = rows.filter((field) => VERIFIED_ELSEWHERE.includes(field));
    if (elsewhere.length > 0) console.info(`verified elsewhere: ${elsewhere.join(', ')}`);
    expect(rows.filter((field) => !(field in cases) && !elsewhere.includes(field))).toEqual([]);
  });

  it.each(table.filter(({ field }) => field in cases))('is correct for $field: $treatment', (row) => {
    const test = cases[row.field]!;
    check(row.treatment, row, test, subject, test.on ?? 'claude-3-7-sonnet');
  });

  it.each(table.filter(({ without, field }) => without && field in cases))(
    'is correct for $field on models without $without.capability',
    (row) => {
      const test = cases[row.field]!;
      if (test.off === undefined) throw new Error('the case names no model that lacks it');
      check(row.without!.treatment, row, test, subject, test.off);
    },
  );

  it.each(table.filter(({ harmless }) => harmless))(
    'accepts the values of $field without effect and reports nothing',
    (row) => {
      for (const value of row.harmless ?? []) {
        const [field = '', below] = row.field.split('.');
        const outcome = subject.send(
          { [field]: below === undefined ? value : { [below]: value } },
          'claude-3-7-sonnet',
        );
        expect(outcome).toEqual(subject.send({}, 'claude-3-7-sonnet'));
      }
    },
  );

  it('reports unknown fields by name, as far as it is a valid name, and only a few', () => {
    const body = { field_of_next_year: 1, 'a\r\nb': 1, empty: {}, nothing: null };
    const outcome = subject.send(body, 'claude-3-7-sonnet');
    expect(outcome).toHaveProperty('adjusted', ['field_of_next_year=unknown', 'other_fields=unknown']);
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field_${index}`, index]));
    expect(subject.send(many, 'claude-3-7-sonnet')).toHaveProperty('adjusted.length', 9);
  });
});

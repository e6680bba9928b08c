import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parseAllDocuments } from 'yaml';
import { DocumentReader } from '../../src/governance/documents/document-reader.ts';
import { buildDocumentsSchema } from '../../src/governance/documents/schema/documents-schema.ts';
import { FILE_KINDS } from '../../src/governance/documents/entity-kind.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const conforms = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(
  buildDocumentsSchema(),
);
const reader = new DocumentReader();
const hash = `sha256:${'a'.repeat(64)}`;
const budget = { kind: 'Budget', name: 'b', amountUsd: '5', period: 'day', scope: { team: 'a' } };

/** Documents that are valid, by their description. */
const RIGHT: Record<string, unknown> = {
  'a team with a name only': { kind: 'Team', name: 'a' },
  'a team with every field': {
    kind: 'Team',
    id: 'team_1',
    name: 'a',
    parent: 'b',
    models: ['claude-*'],
    limits: { requestsPerMinute: 1, tokensPerMinute: 2, tokensPerDay: 3, maxInFlight: 0 },
    dataPolicy: { geographies: ['eu'], profiles: ['eu.'], accounts: ['own'] },
    modelChange: 'exact',
    guardrail: { id: 'gr-1', version: '2' },
    capacityClass: 'batch',
    aws: {
      roleArn: 'arn:aws:iam::123456789012:role/a',
      sessionTags: { a: 'b' },
      profileOverrides: { 'nova-pro': 'x' },
    },
    costCenter: '4711',
    metadata: { owner: 'Zoë' },
  },
  'fields of null': { kind: 'Team', name: 'a', models: null, limits: null, modelChange: null, guardrail: null },
  'a field of null in a section': { kind: 'Team', name: 'a', limits: { requestsPerMinute: null } },
  'a guardrail without a version': { kind: 'Team', name: 'a', guardrail: { id: 'gr' } },
  'an application': { kind: 'Application', name: 'a', team: 'b', recertifyBy: '2027-01-31', dataClass: 'internal' },
  'a key': { kind: 'Key', name: 'k', secrets: [{ hash, lastFour: 'a1B2', expires: '2027-01-31T18:00:00Z' }] },
  'a key with two secrets': { kind: 'Key', name: 'k', secrets: [{ hash }, { hash: `sha256:${'b'.repeat(64)}` }] },
  'a disabled key': {
    kind: 'Key',
    name: 'k',
    state: 'disabled',
    actsFor: 'opaque',
    metrics: true,
    traceContent: false,
  },
  'a key with a state of null': { kind: 'Key', name: 'k', state: null, secrets: null },
  'a budget': { ...budget, timeZone: 'Europe/Berlin', at: [{ percent: 80, do: 'notify' }], strict: true },
  'a budget by default': { ...budget, scope: { default: 'people' } },
  'a scope with another field of null': { ...budget, scope: { team: 'a', key: null } },
  'a catalog entry': { kind: 'CatalogEntry', model: 'nova-pro', state: 'approved', teams: ['a'], end: '2027-01-31' },
};

/** Documents that are invalid, by their description. */
const WRONG: Record<string, unknown> = {
  'no kind': { name: 'a' },
  'an unknown kind': { kind: 'Taem', name: 'a' },
  'a kind of the database only': { kind: 'Principal', issuer: 'a', subject: 'b' },
  'a list': [{ kind: 'Team', name: 'a' }],
  text: 'Team',
  nothing: null,
  'no name': { kind: 'Team' },
  'a name of null': { kind: 'Team', name: null },
  'a name with a space': { kind: 'Team', name: 'a b' },
  'an unknown field': { kind: 'Team', name: 'a', modles: [] },
  'a field of another kind': { kind: 'Team', name: 'a', team: 'b' },
  'an unknown field in a section': { kind: 'Team', name: 'a', limits: { requestPerMinute: 1 } },
  'text instead of a number': { kind: 'Team', name: 'a', limits: { requestsPerMinute: '1' } },
  'a fraction': { kind: 'Team', name: 'a', limits: { requestsPerMinute: 1.5 } },
  'a negative number': { kind: 'Team', name: 'a', limits: { maxInFlight: -1 } },
  'a number that is too large': { kind: 'Team', name: 'a', limits: { maxInFlight: 1_000_001 } },
  'text instead of a list': { kind: 'Team', name: 'a', models: 'claude-*' },
  'an empty text in a list': { kind: 'Team', name: 'a', models: [''] },
  'null in a list': { kind: 'Team', name: 'a', models: [null] },
  'a number in a map': { kind: 'Team', name: 'a', metadata: { a: 1 } },
  'a guardrail without an id': { kind: 'Team', name: 'a', guardrail: {} },
  'a role that is not an ARN': { kind: 'Team', name: 'a', aws: { roleArn: 'admin' } },
  'a control character': { kind: 'Team', name: 'a', costCenter: 'a\u0007' },
  'another value of an enum': { kind: 'Team', name: 'a', modelChange: 'never' },
  'an application without a team': { kind: 'Application', name: 'a' },
  'a day that is no day': { kind: 'Application', name: 'a', team: 'b', recertifyBy: 'soon' },
  'a secret instead of a hash': { kind: 'Key', name: 'k', secrets: [{ hash: 'sk-secret' }] },
  'a hash of another length': { kind: 'Key', name: 'k', secrets: [{ hash: hash.slice(0, -1) }] },
  'a secret without a hash': { kind: 'Key', name: 'k', secrets: [{ lastFour: 'abcd' }] },
  'three secrets': {
    kind: 'Key',
    name: 'k',
    secrets: ['a', 'b', 'c'].map((digit) => ({ hash: `sha256:${digit.repeat(64)}` })),
  },
  'text instead of a boolean': { kind: 'Key', name: 'k', metrics: 'true' },
  'a budget without a scope': { ...budget, scope: undefined },
  'a budget with an empty scope': { ...budget, scope: {} },
  'a budget with a scope of null': { ...budget, scope: null },
  'a budget with two scopes': { ...budget, scope: { team: 'a', key: 'k' } },
  'an amount as a number': { ...budget, amountUsd: 5 },
  'an amount with ten digits after the point': { ...budget, amountUsd: '0.1234567890' },
  'a threshold of zero': { ...budget, at: [{ percent: 0, do: 'block' }] },
  'an unknown period': { ...budget, period: 'year' },
  'a catalog entry without a state': { kind: 'CatalogEntry', model: 'nova-pro' },
  'an empty model': { kind: 'CatalogEntry', model: '', state: 'approved' },
};

/** Removes fields without a value, as YAML has none. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

describe('config/governance.schema.json', () => {
  it('is generated by npm run config:schema', () => {
    expect(JSON.parse(read('config/governance.schema.json'))).toEqual(plain(buildDocumentsSchema()));
  });

  it('has every kind of a file', () => {
    const text = JSON.stringify(Object.values(RIGHT));
    for (const kind of FILE_KINDS) expect(text).toContain(`"kind":"${kind}"`);
  });

  it.each(Object.entries(RIGHT))('and the reader accept %s', (_, document) => {
    expect(reader.readTagged(plain(document)).problems).toBeUndefined();
    conforms(plain(document));
    expect(conforms.errors).toBeNull();
  });

  it.each(Object.entries(WRONG))('and the reader reject %s', (_, document) => {
    expect(reader.readTagged(plain(document)).problems).not.toBeUndefined();
    expect(conforms(plain(document))).toBe(false);
  });

  it('accepts the sample file, which names it and is valid', () => {
    const text = read('config/governance.yaml');
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./governance.schema.json');
    const documents = parseAllDocuments(text).map((document) => document.toJS() as unknown);
    expect(new Set(documents.map((document) => (document as { kind: string }).kind))).toEqual(new Set(FILE_KINDS));
    for (const document of documents) {
      expect(reader.readTagged(document).problems).toBeUndefined();
      conforms(document);
      expect(conforms.errors).toBeNull();
    }
  });
});

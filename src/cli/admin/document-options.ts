import { type AdminCall, type AdminOptions, UsageError } from './admin-command.ts';

/** Fields of a document by name. */
export type DocumentFields = Record<string, unknown>;

/** How the text of an option becomes the value of a field. */
type FieldForm = 'text' | 'list' | 'number' | 'guardrail' | 'flag';

/** An option that sets a field of a document. The field is a path such as `limits.requestsPerMinute`. */
interface FieldOption {
  readonly field: string;
  readonly form: FieldForm;
  readonly value?: string;
  readonly help: string;
}

const LIMITS: Readonly<Record<string, FieldOption>> = {
  'requests-per-minute': { field: 'limits.requestsPerMinute', form: 'number', value: 'N', help: 'requests per minute' },
  'tokens-per-minute': { field: 'limits.tokensPerMinute', form: 'number', value: 'N', help: 'tokens per minute' },
  'tokens-per-day': { field: 'limits.tokensPerDay', form: 'number', value: 'N', help: 'tokens per day (UTC)' },
  'max-in-flight': {
    field: 'limits.maxInFlight',
    form: 'number',
    value: 'N',
    help: 'requests in flight in each replica',
  },
};
const MODELS: Readonly<Record<string, FieldOption>> = {
  models: {
    field: 'models',
    form: 'list',
    value: 'A,B',
    help: "allowed models, by name or pattern such as 'claude-*'",
  },
};
const RULES: Readonly<Record<string, FieldOption>> = {
  geographies: {
    field: 'dataPolicy.geographies',
    form: 'list',
    value: 'A,B',
    help: 'geographies of the data, such as eu',
  },
  'model-change': {
    field: 'modelChange',
    form: 'text',
    value: 'RULE',
    help: 'allowed, or exact: no other model answers',
  },
  'capacity-class': { field: 'capacityClass', form: 'text', value: 'NAME', help: 'capacity class' },
  'cost-center': { field: 'costCenter', form: 'text', value: 'NAME', help: 'cost center' },
};

/** Kinds of documents that have options. */
export type OptionKind = 'team' | 'application' | 'catalog' | 'key' | 'principal';

const FIELD_OPTIONS: Readonly<Record<OptionKind, Readonly<Record<string, FieldOption>>>> = {
  team: {
    parent: { field: 'parent', form: 'text', value: 'TEAM', help: 'parent team' },
    ...MODELS,
    ...LIMITS,
    ...RULES,
    guardrail: { field: 'guardrail', form: 'guardrail', value: 'ID[:VERSION]', help: 'guardrail of all requests' },
  },
  application: {
    team: { field: 'team', form: 'text', value: 'TEAM', help: 'team of the application' },
    owner: { field: 'owner', form: 'text', value: 'ID', help: 'id of the principal that owns the application' },
    purpose: { field: 'purpose', form: 'text', value: 'TEXT', help: 'purpose' },
    'use-case': { field: 'useCaseId', form: 'text', value: 'ID', help: "id in the company's register of use cases" },
    'data-class': { field: 'dataClass', form: 'text', value: 'NAME', help: 'class of the data' },
    'recertify-by': { field: 'recertifyBy', form: 'text', value: 'DAY', help: 'day of the next confirmation' },
    ...MODELS,
    ...LIMITS,
    ...RULES,
  },
  catalog: {
    state: { field: 'state', form: 'text', value: 'STATE', help: 'preview, approved, deprecated or blocked' },
    owner: { field: 'owner', form: 'text', value: 'NAME', help: 'owner of the entry' },
    teams: { field: 'teams', form: 'list', value: 'A,B', help: 'teams that may use the model; default: all' },
    end: {
      field: 'end',
      form: 'text',
      value: 'DAY',
      help: 'day (until its end, UTC) after which the model is blocked',
    },
    successor: { field: 'successor', form: 'text', value: 'MODEL', help: 'model to use instead, for messages' },
  },
  key: {
    team: { field: 'team', form: 'text', value: 'TEAM', help: 'team of the key' },
    application: { field: 'application', form: 'text', value: 'NAME', help: 'application of the key' },
    owner: { field: 'owner', form: 'text', value: 'ID', help: 'principal or service account that owns the key' },
    expires: { field: 'expires', form: 'text', value: 'DAY', help: 'day (until its end, UTC) or time of expiry' },
    ...MODELS,
    ...LIMITS,
    'capacity-class': RULES['capacity-class']!,
    'acts-for': { field: 'actsFor', form: 'text', value: 'WHOM', help: 'none, opaque or principal' },
    'trace-content': { field: 'traceContent', form: 'flag', help: 'includes shortened content in traces' },
    metrics: { field: 'metrics', form: 'flag', help: 'allows the key to read /metrics' },
  },
  principal: { ...MODELS, ...LIMITS },
};

const METADATA = {
  type: 'string',
  multiple: true,
  value: 'NAME=TEXT',
  help: 'text for the owner; may be repeated',
} as const;

/** Returns the options of a kind of document. */
export function documentOptions(kind: OptionKind): AdminOptions {
  const fields = Object.entries(FIELD_OPTIONS[kind]).map(([name, { form, value, help }]) => [
    name,
    { type: form === 'flag' ? 'boolean' : 'string', value, help },
  ]);
  const hasMetadata = kind === 'team' || kind === 'application' || kind === 'key';
  return { ...(Object.fromEntries(fields) as AdminOptions), ...(hasMetadata && { metadata: METADATA }) };
}

/**
 * Returns a document with the fields of the options over those of `former`. An empty value removes a field. Throws UsageError
 * for a value that is no number, and the like; the API checks the rest.
 */
export function documentWithOptions(
  kind: OptionKind,
  { values }: AdminCall,
  former: Readonly<DocumentFields> = {},
): DocumentFields {
  const document = structuredClone(former) as DocumentFields;
  for (const [option, { field, form }] of Object.entries(FIELD_OPTIONS[kind])) {
    const value = values[option];
    if (typeof value === 'boolean') setField(document, field, value);
    if (typeof value === 'string')
      setField(document, field, value === '' ? undefined : fieldValue(option, form, value));
  }
  const texts = values.metadata;
  if (Array.isArray(texts)) setMetadata(document, texts.map(String));
  return document;
}

/** Returns the names of the top-level fields that differ, with their new values; null for removed ones. */
export function changedDocumentFields(
  former: Readonly<DocumentFields>,
  next: Readonly<DocumentFields>,
): DocumentFields {
  const names = new Set([...Object.keys(former), ...Object.keys(next)]);
  const changed = [...names].filter((name) => JSON.stringify(former[name]) !== JSON.stringify(next[name]));
  return Object.fromEntries(changed.map((name) => [name, next[name] ?? null]));
}

function setField(document: DocumentFields, path: string, value: unknown): void {
  const [field, part] = path.split('.') as [string, string?];
  if (part === undefined) {
    if (value === undefined) delete document[field];
    else document[field] = value;
    return;
  }
  const inner = { ...(document[field] as DocumentFields | undefined) };
  setField(inner, part, value);
  setField(document, field, Object.keys(inner).length === 0 ? undefined : inner);
}

function setMetadata(document: DocumentFields, texts: readonly string[]): void {
  const metadata = { ...(document.metadata as DocumentFields | undefined) };
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(`--metadata must be NAME=TEXT; found '${text}'`);
    const name = text.slice(0, at);
    if (at + 1 === text.length) delete metadata[name];
    else metadata[name] = text.slice(at + 1);
  }
  setField(document, 'metadata', Object.keys(metadata).length === 0 ? undefined : metadata);
}

function fieldValue(option: string, form: FieldForm, text: string): unknown {
  switch (form) {
    case 'text':
      return text;
    case 'list':
      return text.split(',').map((part) => part.trim());
    case 'number':
      if (!/^\d{1,13}$/.test(text)) throw new UsageError(`--${option} must be a whole number; found '${text}'`);
      return Number(text);
    case 'guardrail': {
      const [, id = text, version] = /^(.+):(DRAFT|\d+)$/.exec(text) ?? [];
      return { id, ...(version !== undefined && { version }) };
    }
    case 'flag':
      return true;
    default:
      return form satisfies never;
  }
}

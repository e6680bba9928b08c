/** Shape of a JSON value. `issuesOf` checks a value; shape-messages.ts renders the issues as AWS and Anthropic do. */
export type Shape =
  | { is: 'anything' | 'boolean' | 'blob' }
  | { is: 'string'; min?: number; max?: number; pattern?: RegExp; oneOf?: readonly string[] }
  | { is: 'number' | 'integer'; min?: number; max?: number }
  | { is: 'list'; of: Shape; min?: number; max?: number }
  | { is: 'map'; key: Shape; value: Shape; min?: number; max?: number }
  | RecordShape
  /** Object with exactly one of the members. */
  | { is: 'union'; members: Readonly<Record<string, Shape>> }
  /** Object whose field `type` selects the shape. */
  | { is: 'tagged'; members: Readonly<Record<string, RecordShape>>; byDefault?: string }
  /** A string, or a value of the other shape. */
  | { is: 'string-or'; string: Shape; other: Shape };

export interface RecordShape {
  is: 'record';
  members: Readonly<Record<string, Shape>>;
  required: readonly string[];
  /** True if fields that are not listed are accepted. */
  open?: true;
}

export type Violation =
  | { kind: 'missing' | 'unknown' }
  | { kind: 'type'; expected: string }
  | { kind: 'short' | 'long' | 'low' | 'high'; limit: number; of?: 'string' | 'list' }
  | { kind: 'pattern'; pattern: string }
  | { kind: 'enum'; values: readonly string[] }
  | { kind: 'union'; members: readonly string[] }
  | { kind: 'tag'; tags: readonly string[] };

export interface Issue {
  path: (string | number)[];
  violation: Violation;
  value: unknown;
}

export const text = (limits: Omit<Extract<Shape, { is: 'string' }>, 'is'> = {}): Shape => ({ is: 'string', ...limits });
export const oneOf = (...values: string[]): Shape => ({ is: 'string', oneOf: values });
export const list = (of: Shape, min?: number, max?: number): Shape => ({ is: 'list', of, min, max });
/** Returns the shape of an object. Fields whose names end in `!` are required. */
export const record = (members: Readonly<Record<string, Shape>>): RecordShape => {
  const plain = Object.entries(members).map(([name, shape]) => [name.replace('!', ''), shape] as const);
  return {
    is: 'record',
    members: Object.fromEntries(plain),
    required: Object.keys(members)
      .filter((name) => name.endsWith('!'))
      .map((name) => name.slice(0, -1)),
  };
};
export const union = (members: Readonly<Record<string, Shape>>): Shape => ({ is: 'union', members });
export const anything: Shape = { is: 'anything' };
export const boolean: Shape = { is: 'boolean' };
export const blob: Shape = { is: 'blob' };

/** Returns all issues of a value; empty if it has the shape. */
export function issuesOf(value: unknown, shape: Shape, path: Issue['path'] = []): Issue[] {
  const toIssues = (faults: Violation[]): Issue[] => faults.map((violation) => ({ path, violation, value }));
  if (shape.is === 'string-or') return issuesOf(value, typeof value === 'string' ? shape.string : shape.other, path);
  if (shape.is === 'list') {
    if (!Array.isArray(value)) return toIssues([{ kind: 'type', expected: 'list' }]);
    const inner = value.flatMap((item, index) => issuesOf(item, shape.of, [...path, index]));
    return [...toIssues(sizeFaults(value.length, shape, 'list')), ...inner];
  }
  if (shape.is === 'record' || shape.is === 'union' || shape.is === 'tagged' || shape.is === 'map') {
    return isObject(value) ? objectIssues(value, shape, path) : toIssues([{ kind: 'type', expected: 'object' }]);
  }
  return toIssues(scalarFaults(value, shape));
}

function scalarFaults(value: unknown, shape: Exclude<Shape, ObjectShape | { is: 'list' | 'string-or' }>): Violation[] {
  switch (shape.is) {
    case 'boolean':
      return typeof value === 'boolean' ? [] : [{ kind: 'type', expected: 'boolean' }];
    case 'blob':
      return isBase64(value) ? [] : [{ kind: 'type', expected: 'base64 string' }];
    case 'string':
      return typeof value === 'string' ? stringFaults(value, shape) : [{ kind: 'type', expected: 'string' }];
    case 'integer':
    case 'number':
      return numberFaults(value, shape);
    case 'anything':
    default:
      return [];
  }
}

/**
 * Returns true for base64 with padding, as SDKs encode it. Whether Bedrock accepts base64 without padding is not
 * documented.
 */
function isBase64(value: unknown): boolean {
  return typeof value === 'string' && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
}

type ObjectShape = Extract<Shape, { is: 'record' | 'union' | 'tagged' | 'map' }>;

function objectIssues(value: Record<string, unknown>, shape: ObjectShape, path: Issue['path']): Issue[] {
  switch (shape.is) {
    case 'record':
      return recordIssues(value, shape, path);
    case 'map': {
      const entries = Object.entries(value);
      const sizes = sizeFaults(entries.length, shape, 'list').map((violation) => ({ path, violation, value }));
      return [
        ...sizes,
        ...entries.flatMap(([key, member]) => [
          ...issuesOf(key, shape.key, [...path, key]),
          ...issuesOf(member, shape.value, [...path, key]),
        ]),
      ];
    }
    case 'union': {
      const names = Object.keys(value).filter((name) => value[name] !== null);
      const [name = ''] = names;
      const member = memberOf(shape, name);
      if (names.length !== 1 || member === undefined)
        return [{ path, violation: { kind: 'union', members: Object.keys(shape.members) }, value }];
      return issuesOf(value[name], member, [...path, name]);
    }
    case 'tagged': {
      const tag = value.type ?? shape.byDefault;
      if (tag === undefined) return [{ path: [...path, 'type'], violation: { kind: 'missing' }, value }];
      const member = typeof tag === 'string' ? memberOf(shape, tag) : undefined;
      if (member === undefined)
        return [{ path, violation: { kind: 'tag', tags: Object.keys(shape.members) }, value: tag }];
      return recordIssues(value, member, [...path, typeof tag === 'string' ? tag : 'type'], ['type']);
    }
    default:
      return [];
  }
}

/** Returns a listed member. Ignores inherited names such as `constructor`. */
function memberOf<Member>(
  { members }: { members: Readonly<Record<string, Member>> },
  name: string,
): Member | undefined {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

function recordIssues(
  value: Record<string, unknown>,
  shape: RecordShape,
  path: Issue['path'],
  ignored: readonly string[] = [],
): Issue[] {
  const missing = shape.required.filter((name) => value[name] === undefined || value[name] === null);
  const issues: Issue[] = missing.map((name) => ({
    path: [...path, name],
    violation: { kind: 'missing' },
    value: undefined,
  }));
  for (const [name, member] of Object.entries(value)) {
    const inner = memberOf(shape, name);
    if (ignored.includes(name) || member === null) continue;
    if (inner !== undefined) issues.push(...issuesOf(member, inner, [...path, name]));
    else if (shape.open !== true) issues.push({ path: [...path, name], violation: { kind: 'unknown' }, value: member });
  }
  return issues;
}

function stringFaults(value: string, shape: Extract<Shape, { is: 'string' }>): Violation[] {
  const faults = sizeFaults(value.length, shape, 'string');
  if (shape.pattern !== undefined && !shape.pattern.test(value))
    faults.push({ kind: 'pattern', pattern: shape.pattern.source.replace(/^\^|\$$/g, '') });
  if (shape.oneOf !== undefined && !shape.oneOf.includes(value)) faults.push({ kind: 'enum', values: shape.oneOf });
  return faults;
}

function numberFaults(value: unknown, shape: { is: 'number' | 'integer'; min?: number; max?: number }): Violation[] {
  if (typeof value !== 'number') return [{ kind: 'type', expected: shape.is }];
  if (shape.is === 'integer' && !Number.isInteger(value)) return [{ kind: 'type', expected: 'integer' }];
  if (shape.min !== undefined && value < shape.min) return [{ kind: 'low', limit: shape.min }];
  if (shape.max !== undefined && value > shape.max) return [{ kind: 'high', limit: shape.max }];
  return [];
}

function sizeFaults(size: number, limits: { min?: number; max?: number }, of: 'string' | 'list'): Violation[] {
  if (limits.min !== undefined && size < limits.min) return [{ kind: 'short', limit: limits.min, of }];
  if (limits.max !== undefined && size > limits.max) return [{ kind: 'long', limit: limits.max, of }];
  return [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

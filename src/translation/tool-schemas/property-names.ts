import { createHash } from 'node:crypto';

import { exceedsMaxDepth } from '../../wire/json/json-depth.ts';
import { forEachSubschema } from './schema-places.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/**
 * Property names that Claude accepts. "Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'" (twilio-labs/mcp#58
 * and others, 2026).
 */
const ACCEPTED = /^[a-zA-Z0-9_.-]{1,64}$/;
/** Characters of a renamed property that remain before the digest. */
const MAX_PREFIX = 55;
const DIGEST_LENGTH = 8;

/**
 * Maps the property names of one schema between client and model. A rejected name is replaced by its beginning and a
 * digest, which are the same in every request. Accepted names do not change.
 */
export class PropertyNames {
  private readonly sent = new Map<string, string>();
  private readonly known = new Map<string, string>();

  /**
   * `rejected`: names that the model rejects. `accepted`: names of the schema that stay, which no replacement may equal.
   */
  constructor(rejected: Iterable<string>, accepted: ReadonlySet<string>) {
    for (const name of rejected) {
      const other = this.freeNameFor(name, accepted);
      this.sent.set(name, other);
      this.known.set(other, name);
    }
  }

  /** Returns the model's name of a property. */
  toModel(name: string): string {
    return this.sent.get(name) ?? name;
  }

  /** Returns the client's name of a property. */
  toClient(name: string): string {
    return this.known.get(name) ?? name;
  }

  /** Renames the keys of a client's value to the model's names, at every depth. */
  toModelKeys<Value>(value: Value): Value {
    return withKeys(value, this.sent) as Value;
  }

  /**
   * Renames the keys of a model's value to the client's names, at every depth. Returns values that are too deep
   * unchanged.
   */
  toClientKeys<Value>(value: Value): Value {
    return exceedsMaxDepth(value) ? value : (withKeys(value, this.known) as Value);
  }

  private freeNameFor(name: string, accepted: ReadonlySet<string>): string {
    const prefix = name.replaceAll(/[^a-zA-Z0-9_.-]/g, '_').slice(0, MAX_PREFIX);
    for (let attempt = 0; ; attempt += 1) {
      const digest = createHash('sha256').update(`${attempt} ${name}`).digest('base64url').replaceAll(/[_-]/g, '');
      const candidate = `${prefix}_${digest.slice(0, DIGEST_LENGTH)}`;
      if (!accepted.has(candidate) && !this.known.has(candidate)) return candidate;
    }
  }
}

/** Returns true for a property name that Claude accepts. */
export function isAcceptedName(name: string): boolean {
  return ACCEPTED.test(name);
}

/** Returns the renamed properties of a schema; undefined if the model accepts all names. */
export function propertyNamesOf(schema: unknown): PropertyNames | undefined {
  const rejected = new Set<string>();
  forEachName(schema, (name) => {
    if (!ACCEPTED.test(name)) rejected.add(name);
  });
  if (rejected.size === 0) return undefined;
  const accepted = new Set<string>();
  forEachName(schema, (name) => {
    if (!rejected.has(name)) accepted.add(name);
  });
  return new PropertyNames(rejected, accepted);
}

function forEachName(schema: unknown, visit: (name: string) => void): void {
  if (!isRecord(schema)) return;
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'properties' && isRecord(value)) Object.keys(value).forEach(visit);
    forEachSubschema(keyword, value, (each) => forEachName(each, visit));
  }
}

function withKeys(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withKeys(item, names));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [names.get(key) ?? key, withKeys(item, names)]));
}

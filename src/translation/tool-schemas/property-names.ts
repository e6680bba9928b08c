import { createHash } from 'node:crypto';

import { exceedsMaxDepth } from '../../wire/json/json-depth.ts';
import { forEachSubschema } from './schema-places.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** "Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'" (Claude; twilio-labs/mcp#58 and others, 2026). */
const ACCEPTED = /^[a-zA-Z0-9_.-]{1,64}$/;
/** Characters of a name that remain readable in front of the digest. */
const READABLE = 55;
const DIGEST = 8;

/**
 * The names of the properties of one schema, from the client to the model and back. A refused name becomes its readable
 * part and a digest of the name, so that it is the same in every request. Accepted names do not change.
 */
export class PropertyNames {
  private readonly sent = new Map<string, string>();
  private readonly known = new Map<string, string>();

  /** `accepted`: the names of the schema that do not change. */
  constructor(refused: Iterable<string>, accepted: ReadonlySet<string>) {
    for (const name of refused) {
      const other = this.freeNameFor(name, accepted);
      this.sent.set(name, other);
      this.known.set(other, name);
    }
  }

  toModel(name: string): string {
    return this.sent.get(name) ?? name;
  }

  toClient(name: string): string {
    return this.known.get(name) ?? name;
  }

  /** Renames the keys of a client's value, at every depth. */
  inModelWords<Value>(value: Value): Value {
    return withKeys(value, this.sent) as Value;
  }

  /** Renames the keys of a model's value, at every depth. Returns a value that is too deep to be walked as it is. */
  inClientWords<Value>(value: Value): Value {
    return exceedsMaxDepth(value) ? value : (withKeys(value, this.known) as Value);
  }

  private freeNameFor(name: string, accepted: ReadonlySet<string>): string {
    const readable = name.replaceAll(/[^a-zA-Z0-9_.-]/g, '_').slice(0, READABLE);
    for (let attempt = 0; ; attempt += 1) {
      const digest = createHash('sha256').update(`${attempt} ${name}`).digest('base64url').replaceAll(/[_-]/g, '');
      const candidate = `${readable}_${digest.slice(0, DIGEST)}`;
      if (!accepted.has(candidate) && !this.known.has(candidate)) return candidate;
    }
  }
}

export function isAcceptedName(name: string): boolean {
  return ACCEPTED.test(name);
}

/** Returns undefined where the model accepts all names of the schema, which one walk finds out. */
export function propertyNamesOf(schema: unknown): PropertyNames | undefined {
  const refused = new Set<string>();
  forEachName(schema, (name) => {
    if (!ACCEPTED.test(name)) refused.add(name);
  });
  if (refused.size === 0) return undefined;
  const accepted = new Set<string>();
  forEachName(schema, (name) => {
    if (!refused.has(name)) accepted.add(name);
  });
  return new PropertyNames(refused, accepted);
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

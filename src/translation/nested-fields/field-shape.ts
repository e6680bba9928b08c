import type { GatewayError } from '../../errors/errors.ts';
import { invalidType, unsupportedValue } from '../../limits/field-errors.ts';

export type ShapeFields = Readonly<Record<string, unknown>>;

/** What a request loses with a field: `ignored` has no effect, `left_out` is of no use without a feature of Claude. */
export type Loss = 'ignored' | 'omitted';

/** A field whose value decides. */
export interface Leaf {
  /** Returns the loss or the refusal that the value causes; undefined if it causes none. */
  readonly judge: (value: unknown, param: string) => Loss | GatewayError | undefined;
}

/** What becomes of a field. `known`: a translator reads it, or it has no meaning for a model. */
export type Fate = 'known' | Leaf | Shape;

/** The fields of an object, or of each object in a list. */
export interface Shape {
  /** A field that is absent here is unknown. A map: a lookup takes half the time of one in an object of this kind. */
  readonly fields: ReadonlyMap<string, Fate>;
  /** Returns the shape of this object, for objects of several kinds; undefined for a kind that a translator refuses. */
  readonly choose?: (value: ShapeFields) => Shape | undefined;
}

/** Names of fields without more to look at. */
type Names = Readonly<Record<string, unknown>> | readonly string[];

const NO_FIELDS: Shape['fields'] = new Map();

/** Creates the shape of an object. `known` are names of known fields; `fates` are its other fields. */
export function shapeOf(known: readonly Names[], fates: Readonly<Record<string, Fate>> = {}): Shape {
  const fields = new Map<string, Fate>();
  for (const names of known) {
    for (const name of Array.isArray(names) ? (names as readonly string[]) : Object.keys(names))
      fields.set(name, 'known');
  }
  for (const [name, fate] of Object.entries(fates)) fields.set(name, fate);
  return { fields };
}

/** Creates the shape of objects whose kind is the value of one of their fields. */
export function unionBy(field: string, kinds: Readonly<Record<string, Shape>>): Shape {
  const byKind = new Map(Object.entries(kinds));
  return chosenBy((value) => byKind.get(value[field] as string));
}

/** Creates the shape of objects of several kinds. */
export function chosenBy(choose: (value: ShapeFields) => Shape | undefined): Shape {
  return { fields: NO_FIELDS, choose };
}

/** Creates a field that has no effect, except with a value that asks for what the model does anyway. */
export function losing(loss: Loss, isHarmless: (value: unknown) => boolean = () => false): Leaf {
  return { judge: (value) => (asksForSomething(value) && !isHarmless(value) ? loss : undefined) };
}

/** A field that must be a boolean. */
export const BOOLEAN: Leaf = {
  judge: (value, param) =>
    isUnset(value) || typeof value === 'boolean' ? undefined : invalidType(param, 'a boolean', value),
};

/** Creates a field that must be one of some strings. */
export function textOfList(...supported: readonly string[]): Leaf {
  return {
    judge: (value, param) => {
      if (isUnset(value)) return undefined;
      if (typeof value !== 'string') return invalidType(param, 'a string', value);
      return supported.includes(value) ? undefined : unsupportedValue(param, supported, value);
    },
  };
}

/** Returns true for values by which clients leave a field out. */
export function asksForSomething(value: unknown): boolean {
  if (isUnset(value) || value === '') return false;
  return typeof value !== 'object' || Object.keys(value as object).length > 0;
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === null;
}

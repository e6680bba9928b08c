import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsString,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
} from '../../libraries/class-validator.ts';
import { expiryTime, dateTimePattern } from './date-time.ts';
import type { SectionClass } from './section-class.ts';

export type SettingJsonSchema = Record<string, unknown>;

/**
 * The kind of a setting's value, for class-validator, the JSON schema and the documentation. `text` uses variables of the
 * environment literally; `scalar` parses numbers and booleans in them.
 */
export interface ValueKind {
  form: 'text' | 'scalar' | 'list' | 'map';
  /** Completes "must be …". */
  allowed: string;
  schema: SettingJsonSchema;
  validators: PropertyDecorator[];
  /** True if the value must not appear in messages. */
  secret?: true;
  /** Values of an earlier release, as text, each with its present value. */
  formerValues?: Readonly<Record<string, string>>;
  holds?: 'until restart';
}

/** Describes a section within a section, or a list of sections. */
export interface SectionKind {
  form: 'section' | 'sections';
  type: SectionClass;
  validators: PropertyDecorator[];
  holds?: 'until restart';
}

export type SettingKind = ValueKind | SectionKind;

/** Maximum milliseconds of Node's timers. Longer timers fire at once. */
export const MAX_TIMER_MS = 2_147_483_647;

/** Describes a whole number within limits. */
export function wholeNumber({ min, max }: { min: number; max: number }): ValueKind {
  return {
    form: 'scalar',
    allowed: `a whole number from ${min} to ${max}`,
    schema: { type: 'integer', minimum: min, maximum: max },
    validators: [IsInt(), Min(min), Max(max)],
  };
}

/** Describes a whole number, or `auto` if the gateway derives it from other settings or the machine. */
export function wholeNumberOrAuto({ min, max }: { min: number; max: number }): ValueKind {
  const isAllowed = (value: unknown) =>
    value === 'auto' || (Number.isInteger(value) && Number(value) >= min && Number(value) <= max);
  return {
    form: 'scalar',
    allowed: `auto or a whole number from ${min} to ${max}`,
    schema: { anyOf: [{ const: 'auto' }, { type: 'integer', minimum: min, maximum: max }] },
    validators: [ValidateBy({ name: 'isWholeNumberOrAuto', validator: { validate: isAllowed } })],
  };
}

/** Describes a time in milliseconds, within the range of Node's timers. */
export function milliseconds(): ValueKind {
  return wholeNumber({ min: 1, max: MAX_TIMER_MS });
}

/** Describes a number from 0 to 1. */
export function fraction(): ValueKind {
  return {
    form: 'scalar',
    allowed: 'a number from 0 to 1',
    schema: { type: 'number', minimum: 0, maximum: 1 },
    validators: [IsNumber(), Min(0), Max(1)],
  };
}

/** Describes a boolean. */
export function flag(): ValueKind {
  return { form: 'scalar', allowed: 'true or false', schema: { type: 'boolean' }, validators: [IsBoolean()] };
}

/** Describes one of several texts. */
export function oneOf(...values: readonly string[]): ValueKind {
  return {
    form: 'text',
    allowed: `one of ${values.join(', ')}`,
    schema: { type: 'string', enum: values },
    validators: [IsIn(values)],
  };
}

/** Accepts values of an earlier release, with a warning: `withFormerValues(oneOf('all', 'none'), {true: 'all'})`. */
export function withFormerValues(kind: ValueKind, formerValues: Readonly<Record<string, string>>): ValueKind {
  const { enum: values = [] } = kind.schema as { enum?: readonly unknown[] };
  const former = Object.keys(formerValues).map((value) => readScalarText(value));
  const type = former.every((value) => typeof value === 'string') ? 'string' : ['string', 'boolean'];
  return {
    ...kind,
    schema: { ...kind.schema, type, enum: [...values, ...former] },
    formerValues,
  };
}

function readScalarText(value: string): string | boolean {
  return value === 'true' || value === 'false' ? value === 'true' : value;
}

/** Describes a text that is not empty. `allowed` completes "must be …". */
export function text(allowed = 'text that is not empty'): ValueKind {
  return {
    form: 'text',
    allowed,
    schema: { type: 'string', minLength: 1 },
    validators: [IsString(), IsNotEmpty()],
  };
}

/** Describes a text that matches a pattern, e.g. `textMatching(/^\S+$/, 'a name without spaces')`. */
export function textMatching(pattern: RegExp, allowed: string): ValueKind {
  return {
    form: 'text',
    allowed,
    schema: { type: 'string', pattern: pattern.source },
    validators: [IsString(), Matches(pattern)],
  };
}

/** Marks a setting whose value must not appear in messages. */
export function secret(kind: ValueKind): ValueKind {
  return { ...kind, secret: true };
}

/** Marks a setting whose change needs a restart. All other settings can be changed while the gateway runs. */
export function needsRestart<K extends SettingKind>(kind: K): K {
  return { ...kind, holds: 'until restart' };
}

/** Describes an absolute URL of one of the schemes: `url('http', 'https')`. */
export function url(...schemes: readonly string[]): ValueKind {
  const hasScheme = (value: unknown) =>
    typeof value === 'string' &&
    schemes.some((scheme) => value.startsWith(`${scheme}://`)) &&
    URL.canParse(value) &&
    new URL(value).hostname !== '';
  return {
    form: 'text',
    allowed: `a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    schema: { type: 'string', pattern: `^(${schemes.join('|')})://.` },
    validators: [ValidateBy({ name: 'isUrlOfScheme', validator: { validate: hasScheme } })],
  };
}

/** Describes a day, or a time with its time zone. */
export function dateTime(): ValueKind {
  const isDateTime = (value: unknown) => typeof value === 'string' && expiryTime(value) !== undefined;
  return {
    form: 'text',
    allowed: 'a day such as 2027-01-31, or a time with its zone such as 2027-01-31T18:00:00Z',
    schema: { type: 'string', pattern: dateTimePattern.source },
    validators: [ValidateBy({ name: 'isMoment', validator: { validate: isDateTime } })],
  };
}

/** Describes a list of texts that are not empty. */
export function listOfText(allowed: string): ValueKind {
  return {
    form: 'list',
    allowed,
    schema: { type: 'array', items: { type: 'string', minLength: 1 } },
    validators: [IsArray(), IsString({ each: true }), IsNotEmpty({ each: true })],
  };
}

/** Describes a map of names to texts that are not empty. */
export function mapOfText(allowed: string): ValueKind {
  const hasTexts = (value: unknown) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(([name, entry]) => name !== '' && typeof entry === 'string' && entry !== '');
  return {
    form: 'map',
    allowed,
    schema: { type: 'object', additionalProperties: { type: 'string', minLength: 1 } },
    validators: [IsObject(), ValidateBy({ name: 'isMapOfText', validator: { validate: hasTexts } })],
  };
}

/** Describes a section within a section. */
export function section(type: SectionClass): SectionKind {
  return { form: 'section', type, validators: [ValidateNested()] };
}

/** Describes a list of sections. */
export function listOf(type: SectionClass): SectionKind {
  return {
    form: 'sections',
    type,
    validators: [IsArray(), ValidateNested({ each: true })],
  };
}

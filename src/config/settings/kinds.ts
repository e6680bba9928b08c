import { IsArray, ValidateNested } from '../../libraries/class-validator.ts';
import { dateTimePattern, dayPattern, expiryTime, isDay } from './date-time.ts';
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
  /** Returns true for an allowed value. The only check of the value, so all readers of settings accept the same values. */
  accepts: (value: unknown) => boolean;
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
    accepts: (value) => isWholeNumberWithin(value, min, max),
  };
}

/** Describes a whole number, or `auto` if the gateway derives it from other settings or the machine. */
export function wholeNumberOrAuto({ min, max }: { min: number; max: number }): ValueKind {
  return {
    form: 'scalar',
    allowed: `auto or a whole number from ${min} to ${max}`,
    schema: { anyOf: [{ const: 'auto' }, { type: 'integer', minimum: min, maximum: max }] },
    accepts: (value) => value === 'auto' || isWholeNumberWithin(value, min, max),
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
    accepts: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  };
}

/** Describes a decimal number above a limit, with at most so many decimal places, so that money stays exact. */
export function decimalNumber({ above, max, places }: { above: number; max: number; places: number }): ValueKind {
  const isExact = (value: number) => new RegExp(String.raw`^\d+(\.\d{1,${places}})?$`).test(String(value));
  return {
    form: 'scalar',
    allowed: `a number above ${above}, at most ${max}, with at most ${places} decimal places`,
    schema: { type: 'number', exclusiveMinimum: above, maximum: max },
    accepts: (value) => typeof value === 'number' && value > above && value <= max && isExact(value),
  };
}

/** Describes a boolean. */
export function flag(): ValueKind {
  return {
    form: 'scalar',
    allowed: 'true or false',
    schema: { type: 'boolean' },
    accepts: (value) => typeof value === 'boolean',
  };
}

/** Describes one of several texts. */
export function oneOf(...values: readonly string[]): ValueKind {
  return {
    form: 'text',
    allowed: `one of ${values.join(', ')}`,
    schema: { type: 'string', enum: values },
    accepts: (value) => typeof value === 'string' && values.includes(value),
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
    accepts: isFilledText,
  };
}

/** Describes a text that matches a pattern, e.g. `textMatching(/^\S+$/, 'a name without spaces')`. */
export function textMatching(pattern: RegExp, allowed: string): ValueKind {
  return {
    form: 'text',
    allowed,
    schema: { type: 'string', pattern: pattern.source },
    accepts: (value) => typeof value === 'string' && pattern.test(value),
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
    accepts: hasScheme,
  };
}

/** Describes a day, or a time with its time zone. */
export function dateTime(): ValueKind {
  return {
    form: 'text',
    allowed: 'a day such as 2027-01-31, or a time with its zone such as 2027-01-31T18:00:00Z',
    schema: { type: 'string', pattern: dateTimePattern.source },
    accepts: (value) => typeof value === 'string' && expiryTime(value) !== undefined,
  };
}

/** Describes a day. */
export function calendarDay(): ValueKind {
  return {
    form: 'text',
    allowed: 'a day such as 2027-01-31',
    schema: { type: 'string', pattern: dayPattern.source },
    accepts: isDay,
  };
}

/** Describes a list of texts that are not empty. */
export function listOfText(allowed: string): ValueKind {
  return {
    form: 'list',
    allowed,
    schema: { type: 'array', items: { type: 'string', minLength: 1 } },
    accepts: (value) => Array.isArray(value) && value.every(isFilledText),
  };
}

/** Describes a map of names to texts that are not empty. */
export function mapOfText(allowed: string): ValueKind {
  const hasTexts = (value: unknown) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(value).every(([name, entry]) => name !== '' && isFilledText(entry));
  return {
    form: 'map',
    allowed,
    schema: { type: 'object', additionalProperties: { type: 'string', minLength: 1 } },
    accepts: hasTexts,
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

function isWholeNumberWithin(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
}

function isFilledText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

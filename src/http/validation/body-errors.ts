import type { ValidationError } from 'class-validator';
import { badRequest, type GatewayError } from '../../errors/errors.ts';
import { getMetadataStorage } from '../../libraries/class-validator.ts';
import {
  aboveMaximum,
  belowMinimum,
  emptyArray,
  emptyString,
  invalidType,
  missingField,
  notListed,
} from '../../limits/field-errors.ts';

/** A field that its validators refuse. */
interface RefusedField {
  name: string;
  value: unknown;
  /** Arguments of the validators of the field, by class-validator's names of them. */
  rules: ReadonlyMap<string, readonly unknown[]>;
  /** Names of the validators that refuse the value. */
  refusedBy: ReadonlySet<string>;
  /** What the DTO describes as the type of a union. */
  expected?: string;
}

/** Types by the names of their validators: OpenAI's noun phrase, and the end of Anthropic's message. */
const TYPES: Readonly<Record<string, { openai: string; anthropic: string }>> = {
  isString: { openai: 'a string', anthropic: 'Input should be a valid string' },
  isBoolean: { openai: 'a boolean', anthropic: 'Input should be a valid boolean' },
  isInt: { openai: 'an integer', anthropic: 'Input should be a valid integer' },
  isNumber: { openai: 'a number', anthropic: 'Input should be a valid number' },
  isArray: { openai: 'an array', anthropic: 'Input should be a valid list' },
  isObject: { openai: 'an object', anthropic: 'Input should be an object' },
};

/**
 * Returns the 400 for the first of `errors`, or for a missing field among them. The type of a field is named before its
 * bounds, because class-validator lists them in the order of the decorators and a value of the wrong type fails both.
 */
export function envelopeError(
  target: Function,
  errors: readonly ValidationError[],
  wording: 'openai' | 'anthropic',
): GatewayError {
  const error = errors.find(({ value }) => value === undefined) ?? errors[0]!;
  const field = refusedField(target, error);
  const refusal = openaiError(field) ?? badRequest(`Invalid value for '${field.name}'.`, field.name, 'invalid_value');
  return wording === 'openai' ? refusal : refusal.with({ message: `${field.name}: ${anthropicReason(field)}` });
}

function refusedField(
  target: Function,
  { property: name, value, constraints, contexts }: ValidationError,
): RefusedField {
  const storage = getMetadataStorage();
  const metadata = storage.getTargetValidationMetadatas(target, '', false, false);
  const validators = storage.groupByPropertyName(metadata)[name] ?? [];
  const rules = new Map<string, readonly unknown[]>();
  for (const { name: rule, constraints: args } of validators)
    rules.set(rule ?? '', (args as unknown[] | undefined) ?? []);
  const [context] = Object.values<{ expected?: string }>(contexts ?? {});
  return { name, value, rules, refusedBy: new Set(Object.keys(constraints ?? {})), expected: context?.expected };
}

function openaiError({ name, value, rules, refusedBy, expected }: RefusedField): GatewayError | undefined {
  if (value === undefined) return missingField(name);
  if (expected !== undefined) return invalidType(name, expected, value);
  const type = Object.keys(TYPES).find((rule) => refusedBy.has(rule));
  if (type !== undefined) return invalidType(name, TYPES[type]!.openai, value);
  if (refusedBy.has('isIn')) return notListed(name, rules.get('isIn')?.[0] as readonly string[], value);
  const kind = rules.has('isInt') ? 'integer' : 'decimal';
  if (refusedBy.has('min')) return belowMinimum(name, kind, rules.get('min')?.[0] as number, value);
  if (refusedBy.has('max')) return aboveMaximum(name, kind, rules.get('max')?.[0] as number, value);
  if (refusedBy.has('arrayMinSize')) return emptyArray(name);
  return refusedBy.has('isNotEmpty') ? emptyString(name) : undefined;
}

/** The reason in the wording of Anthropic's API, which validates with pydantic (anthropics/claude-code issues, 2026). */
function anthropicReason({ value, rules, refusedBy }: RefusedField): string {
  if (value === undefined) return 'Field required';
  const type = Object.keys(TYPES).find((rule) => refusedBy.has(rule));
  if (type !== undefined) return TYPES[type]!.anthropic;
  if (refusedBy.has('min')) return `Input should be greater than or equal to ${String(rules.get('min')?.[0])}`;
  if (refusedBy.has('max')) return `Input should be less than or equal to ${String(rules.get('max')?.[0])}`;
  if (refusedBy.has('arrayMinSize')) return 'at least one message is required';
  return refusedBy.has('isNotEmpty') ? 'String should have at least 1 character' : 'Input is not valid';
}

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

/** A field whose value its validators reject. */
interface InvalidField {
  name: string;
  value: unknown;
  /** Arguments of the field's validators, by class-validator's names. */
  rules: ReadonlyMap<string, readonly unknown[]>;
  /** Names of the validators that reject the value. */
  failedRules: ReadonlySet<string>;
  /** Type description of a union in the DTO. */
  expected?: string;
}

/** Type names by validator: OpenAI's noun phrase, and the end of Anthropic's message. */
const TYPES: Readonly<Record<string, { openai: string; anthropic: string }>> = {
  isString: { openai: 'a string', anthropic: 'Input should be a valid string' },
  isBoolean: { openai: 'a boolean', anthropic: 'Input should be a valid boolean' },
  isInt: { openai: 'an integer', anthropic: 'Input should be a valid integer' },
  isNumber: { openai: 'a number', anthropic: 'Input should be a valid number' },
  isArray: { openai: 'an array', anthropic: 'Input should be a valid list' },
  isObject: { openai: 'an object', anthropic: 'Input should be an object' },
};

/**
 * Returns a 400 for a missing field, or for the first of `errors`. The type of a field is reported before its bounds,
 * because a value of the wrong type fails both, and class-validator lists failures in the order of the decorators.
 */
export function envelopeError(
  target: Function,
  errors: readonly ValidationError[],
  wording: 'openai' | 'anthropic',
): GatewayError {
  const error = errors.find(({ value }) => value === undefined) ?? errors[0]!;
  const field = invalidField(target, error);
  const gatewayError =
    openaiError(field) ?? badRequest(`Invalid value for '${field.name}'.`, field.name, 'invalid_value');
  return wording === 'openai'
    ? gatewayError
    : gatewayError.with({ message: `${field.name}: ${anthropicReason(field)}` });
}

function invalidField(
  target: Function,
  { property: name, value, constraints, contexts }: ValidationError,
): InvalidField {
  const storage = getMetadataStorage();
  const metadata = storage.getTargetValidationMetadatas(target, '', false, false);
  const validators = storage.groupByPropertyName(metadata)[name] ?? [];
  const rules = new Map<string, readonly unknown[]>();
  for (const { name: rule, constraints: args } of validators)
    rules.set(rule ?? '', (args as unknown[] | undefined) ?? []);
  const [context] = Object.values<{ expected?: string }>(contexts ?? {});
  return { name, value, rules, failedRules: new Set(Object.keys(constraints ?? {})), expected: context?.expected };
}

function openaiError({ name, value, rules, failedRules, expected }: InvalidField): GatewayError | undefined {
  if (value === undefined) return missingField(name);
  if (expected !== undefined) return invalidType(name, expected, value);
  const type = Object.keys(TYPES).find((rule) => failedRules.has(rule));
  if (type !== undefined) return invalidType(name, TYPES[type]!.openai, value);
  if (failedRules.has('isIn')) return notListed(name, rules.get('isIn')?.[0] as readonly string[], value);
  const kind = rules.has('isInt') ? 'integer' : 'decimal';
  if (failedRules.has('min')) return belowMinimum(name, kind, rules.get('min')?.[0] as number, value);
  if (failedRules.has('max')) return aboveMaximum(name, kind, rules.get('max')?.[0] as number, value);
  if (failedRules.has('arrayMinSize')) return emptyArray(name);
  return failedRules.has('isNotEmpty') ? emptyString(name) : undefined;
}

/**
 * Returns the reason in the wording of Anthropic's API, which validates with pydantic (anthropics/claude-code issues, 2026).
 */
function anthropicReason({ value, rules, failedRules }: InvalidField): string {
  if (value === undefined) return 'Field required';
  const type = Object.keys(TYPES).find((rule) => failedRules.has(rule));
  if (type !== undefined) return TYPES[type]!.anthropic;
  if (failedRules.has('min')) return `Input should be greater than or equal to ${String(rules.get('min')?.[0])}`;
  if (failedRules.has('max')) return `Input should be less than or equal to ${String(rules.get('max')?.[0])}`;
  if (failedRules.has('arrayMinSize')) return 'at least one message is required';
  return failedRules.has('isNotEmpty') ? 'String should have at least 1 character' : 'Input is not valid';
}

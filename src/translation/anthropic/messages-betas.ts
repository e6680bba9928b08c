import { invalidType } from '../../limits/field-errors.ts';
import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../wire/json/json-fields.ts';

/** A request field that requires a beta flag. */
interface FieldWithFlag {
  /** Name in `x-outcrop-adjusted`, such as `tools.defer_loading`. */
  field: string;
  beta: string;
  isIn: (body: JsonObject) => boolean;
  without: (body: JsonObject) => JsonObject;
}

/** Sources: Claude Code's gateway protocol and Anthropic's SDK (2026-11-20). */
const FLAGGED_FIELDS: readonly FieldWithFlag[] = [
  topLevel('context_management', 'context-management-2025-06-27'),
  within('output_config', 'task_budget', 'task-budgets-2026-03-13'),
  within('thinking', 'block_binding', 'thinking-binding-controls-2026-08-01'),
  {
    field: 'thinking.display',
    beta: 'thinking-display-updates-2026-08-18',
    isIn: (body) => asRecord(body['thinking'])['display'] === 'updates',
    without: (body) => ({ ...body, thinking: withoutField(asRecord(body['thinking']), 'display') }),
  },
  ofTools('defer_loading', 'tool-search-tool-2025-10-19'),
  ofTools('input_examples', 'tool-examples-2025-10-29'),
];

/** Beta flags from sources other than the request, and the rules of the model. */
interface BetaSources {
  rules: ModelRules;
  /** Flags that the settings allow for every model. */
  passed: readonly string[];
  /** Flags that the requested model name requires. */
  fromModelName: readonly string[];
}

/**
 * Flags that Bedrock does not need: a flag that stands for two flags on Bedrock, and the flag of `output_format`, which
 * the gateway converts to `output_config.format`. Dropping them is not reported.
 */
const NOT_NEEDED = ['advanced-tool-use-2025-11-20', 'structured-outputs-2025-11-13'];

/**
 * Returns the body with the beta flags that the model accepts, taken from the `anthropic-beta` header, the body and the
 * model name. Fields that require a flag get it, or are dropped if the model lacks it. Dropped fields are reported by
 * name. Dropped flags are reported as `unsupported_dropped`, because most flags that clients send have no effect on the request.
 * Throws GatewayError 400 if `anthropic_beta` is neither a string nor a list of strings.
 */
export function withBetaFlags(
  body: JsonObject,
  header: string | undefined,
  { rules, passed, fromModelName }: BetaSources,
  adjustments: Adjustments,
): JsonObject {
  const requested = new Set([...flagsOf(header), ...flagsOf(body['anthropic_beta']), ...fromModelName]);
  const accepted = new Set([...requested].filter((flag) => rules.betas?.includes(flag) || passed.includes(flag)));
  if (
    accepted.size < requested.size &&
    [...requested].some((flag) => !NOT_NEEDED.includes(flag) && !accepted.has(flag))
  ) {
    adjustments.changed('anthropic_beta', 'unsupported_dropped');
  }
  let result = body;
  for (const { field, beta, isIn, without } of FLAGGED_FIELDS) {
    if (!isIn(body)) continue;
    if (rules.betas?.includes(beta) || passed.includes(beta)) accepted.add(beta);
    else {
      result = without(result);
      adjustments.dropped(field);
    }
  }
  const { anthropic_beta: _, ...rest } = result;
  return accepted.size === 0 ? rest : { ...rest, anthropic_beta: [...accepted] };
}

/** Returns the beta flags of a translated body. */
export function sentBetaFlags({
  anthropic_beta: flags = [],
}: {
  anthropic_beta?: readonly string[];
}): readonly string[] {
  return flags;
}

function flagsOf(flags: unknown): readonly string[] {
  if (flags === undefined || flags === null) return [];
  if (typeof flags === 'string') return flags.split(',').flatMap((flag) => flag.trim() || []);
  if (Array.isArray(flags) && flags.every((flag) => typeof flag === 'string')) return flags;
  throw invalidType('anthropic_beta', 'one of a string or an array of strings', flags);
}

function topLevel(field: string, beta: string): FieldWithFlag {
  return { field, beta, isIn: (body) => isSet(body[field]), without: (body) => withoutField(body, field) };
}

function within(outer: string, inner: string, beta: string): FieldWithFlag {
  return {
    field: `${outer}.${inner}`,
    beta,
    isIn: (body) => isSet(asRecord(body[outer])[inner]),
    without: (body) => ({ ...body, [outer]: withoutField(asRecord(body[outer]), inner) }),
  };
}

function ofTools(field: string, beta: string): FieldWithFlag {
  return {
    field: `tools.${field}`,
    beta,
    isIn: ({ tools }) => asRecordList(tools).some((tool) => isSet(asRecord(tool)[field])),
    without: (body) => ({
      ...body,
      tools: asRecordList(body['tools']).map((tool) =>
        isSet(asRecord(tool)[field]) ? withoutField(asRecord(tool), field) : tool,
      ),
    }),
  };
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Returns a copy of the object without one field. */
export function withoutField(fields: JsonObject, name: string): JsonObject {
  const { [name]: _, ...rest } = fields;
  return rest;
}

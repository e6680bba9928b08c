import { invalidType } from '../../limits/field-errors.ts';
import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../wire/json/json-fields.ts';

/** A field that only exists with a beta flag. */
interface Pair {
  /** As it is told: `tools.defer_loading`. */
  field: string;
  beta: string;
  isIn: (body: JsonObject) => boolean;
  without: (body: JsonObject) => JsonObject;
}

/** Sources: Claude Code's gateway protocol and Anthropic's SDK (2026-11-20). */
const PAIRS: readonly Pair[] = [
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

/** What decides about flags beside the request. */
interface BetaSources {
  rules: ModelRules;
  /** Flags that the settings pass. */
  passed: readonly string[];
  /** Flags that the name of the model asks for. */
  asked: readonly string[];
}

/**
 * Flags whose fields arrive without them: Anthropic's one flag for what are two on Bedrock, and the flag of
 * `output_format`, which becomes `output_config.format`.
 */
const NOT_NEEDED = ['advanced-tool-use-2025-11-20', 'structured-outputs-2025-11-13'];

/**
 * The body with the flags that the model takes, from the `anthropic-beta` header and the body's own list; fields that
 * need a flag are kept with it or dropped with it. What the gateway dropped is told, flags as `filtered`: most that
 * clients send ask for nothing that they would miss.
 */
export function withBetaFlags(
  body: JsonObject,
  header: string | undefined,
  { rules, passed, asked: named }: BetaSources,
  adjustments: Adjustments,
): JsonObject {
  const asked = new Set([...flagsOf(header), ...flagsOf(body['anthropic_beta']), ...named]);
  const taken = new Set([...asked].filter((flag) => rules.betas?.includes(flag) || passed.includes(flag)));
  if (taken.size < asked.size && [...asked].some((flag) => !NOT_NEEDED.includes(flag) && !taken.has(flag))) {
    adjustments.changed('anthropic_beta', 'unsupported_dropped');
  }
  let kept = body;
  for (const { field, beta, isIn, without } of PAIRS) {
    if (!isIn(body)) continue;
    if (rules.betas?.includes(beta) || passed.includes(beta)) taken.add(beta);
    else {
      kept = without(kept);
      adjustments.dropped(field);
    }
  }
  const { anthropic_beta: _, ...rest } = kept;
  return taken.size === 0 ? rest : { ...rest, anthropic_beta: [...taken] };
}

function flagsOf(flags: unknown): readonly string[] {
  if (flags === undefined || flags === null) return [];
  if (typeof flags === 'string') return flags.split(',').flatMap((flag) => flag.trim() || []);
  if (Array.isArray(flags) && flags.every((flag) => typeof flag === 'string')) return flags;
  throw invalidType('anthropic_beta', 'one of a string or an array of strings', flags);
}

function topLevel(field: string, beta: string): Pair {
  return { field, beta, isIn: (body) => says(body[field]), without: (body) => withoutField(body, field) };
}

function within(outer: string, inner: string, beta: string): Pair {
  return {
    field: `${outer}.${inner}`,
    beta,
    isIn: (body) => says(asRecord(body[outer])[inner]),
    without: (body) => ({ ...body, [outer]: withoutField(asRecord(body[outer]), inner) }),
  };
}

function ofTools(field: string, beta: string): Pair {
  return {
    field: `tools.${field}`,
    beta,
    isIn: ({ tools }) => asRecordList(tools).some((tool) => says(asRecord(tool)[field])),
    without: (body) => ({
      ...body,
      tools: asRecordList(body['tools']).map((tool) =>
        says(asRecord(tool)[field]) ? withoutField(asRecord(tool), field) : tool,
      ),
    }),
  };
}

function says(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** The object without one of its fields. */
export function withoutField(fields: JsonObject, name: string): JsonObject {
  const { [name]: _, ...rest } = fields;
  return rest;
}

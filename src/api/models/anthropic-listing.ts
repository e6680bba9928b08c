/** `GET /v1/models` in Anthropic's format. */
import { badRequest } from '../../errors/errors.ts';
import { isLegacy, isRetired } from '../../models/types/lifecycle.ts';
import type { ModelListing } from '../../models/model-registry.service.ts';
import type { ReasoningEffort, ModelRules } from '../../models/types/model.ts';

interface Support {
  supported: boolean;
}

/** Anthropic's `ModelInfo` (SDK 1.12.0 of 2026-11-20) without `line`, which cannot be derived from model names. */
export interface AnthropicModel {
  type: 'model';
  id: string;
  display_name: string;
  /** The Unix epoch if the launch day is unknown, as Anthropic allows. */
  created_at: string;
  max_input_tokens: number;
  max_tokens: number;
  lifecycle: 'active' | 'deprecated' | 'retired';
  deprecated_at: string | null;
  retires_at: string | null;
  capabilities: AnthropicCapabilities;
}

/** Capabilities of a model in Anthropic's format. */
export interface AnthropicCapabilities {
  batch: Support;
  citations: Support;
  code_execution: Support;
  context_management: Support & Record<string, Support | null | boolean>;
  effort: Support & Record<ReasoningEffort, Support>;
  image_input: Support;
  pdf_input: Support;
  server_tools: Support & { code_execution: Support; web_search: Support };
  structured_outputs: Support;
  thinking: Support & { types: Record<'adaptive' | 'between_tools' | 'disabled' | 'enabled', Support> };
}

/** A page of Anthropic's model list. */
export interface AnthropicModelList {
  data: AnthropicModel[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
}

/** Query of Anthropic's list, with unvalidated values of the URL. */
export interface AnthropicPageQuery {
  limit?: unknown;
  after_id?: unknown;
  before_id?: unknown;
}

const EPOCH = '1970-01-01';
const DEFAULT_PAGE = 20;
const MAX_PAGE = 1_000;

/**
 * Converts a model. Limits and capabilities are those of the model that answers; name and dates are those of the requested
 * model.
 */
export function toAnthropicModel({ id, card, requested }: ModelListing, now: Date): AnthropicModel {
  const { launched, legacy, endOfLife } = requested.lifecycle;
  const isDeprecated = isLegacy(requested, now);
  return {
    type: 'model',
    id,
    display_name: requested.displayName,
    created_at: startOfDay(launched ?? EPOCH),
    max_input_tokens: card.rules.contextTokens,
    max_tokens: card.rules.maxOutputTokens,
    lifecycle: isRetired(requested, now) ? 'retired' : isDeprecated ? 'deprecated' : 'active',
    deprecated_at: isDeprecated && legacy !== undefined ? startOfDay(legacy) : null,
    retires_at: endOfLife === undefined ? null : startOfDay(endOfLife),
    capabilities: capabilitiesOf(card.rules),
  };
}

/**
 * Returns a page of the list. `limit` is 1 to 1000 (default 20), `after_id` and `before_id` are ids of the list. Throws
 * GatewayError 400 for other values.
 */
export function toAnthropicList(
  listings: readonly ModelListing[],
  query: AnthropicPageQuery,
  now: Date,
): AnthropicModelList {
  const limit = limitOf(query.limit);
  const after = positionOf(listings, query.after_id, 'after_id') ?? -1;
  const before = positionOf(listings, query.before_id, 'before_id');
  if (before !== undefined && query.after_id !== undefined) {
    throw badRequest('`after_id` and `before_id` cannot be used together.', 'before_id');
  }
  const start = before === undefined ? after + 1 : Math.max(0, before - limit);
  const end = before ?? Math.min(listings.length, start + limit);
  const data = listings.slice(start, end).map((listing) => toAnthropicModel(listing, now));
  return {
    data,
    has_more: before === undefined ? end < listings.length : start > 0,
    first_id: data.at(0)?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

function limitOf(limit: unknown): number {
  if (limit === undefined) return DEFAULT_PAGE;
  const count = typeof limit === 'string' && /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (count < 1 || count > MAX_PAGE) throw badRequest(`\`limit\` must be from 1 to ${MAX_PAGE}.`, 'limit');
  return count;
}

function positionOf(listings: readonly ModelListing[], id: unknown, param: string): number | undefined {
  if (id === undefined) return undefined;
  const position = listings.findIndex((listing) => listing.id === id);
  if (position < 0) throw badRequest(`\`${param}\` is not the id of a model in this list.`, param);
  return position;
}

function startOfDay(day: string): string {
  return `${day}T00:00:00Z`;
}

const YES: Support = { supported: true };
const NO: Support = { supported: false };

function support(condition: unknown): Support {
  return condition === true ? YES : NO;
}

/**
 * Returns the capabilities that the gateway supports. It does not offer features of Anthropic's own servers (batches, server
 * tools).
 */
function capabilitiesOf(rules: ModelRules): AnthropicCapabilities {
  const { thinking } = rules;
  const effort = new Set<ReasoningEffort>(thinking?.effort);
  return {
    batch: NO,
    citations: support(rules.family === 'claude' && rules.documents),
    code_execution: NO,
    context_management: {
      supported: false,
      clear_thinking_20251015: null,
      clear_tool_uses_20250919: null,
      compact_20260112: null,
    },
    effort: {
      supported: effort.size > 0,
      low: support(effort.has('low')),
      medium: support(effort.has('medium')),
      high: support(effort.has('high')),
      xhigh: support(effort.has('xhigh')),
      max: support(effort.has('max')),
    },
    image_input: support(rules.vision),
    pdf_input: support(rules.documents),
    server_tools: { supported: false, code_execution: NO, web_search: NO },
    structured_outputs: support(rules.structuredOutput === 'native'),
    thinking: {
      supported: thinking !== null,
      types: {
        adaptive: support(thinking?.adaptive),
        between_tools: support(thinking?.off === 'between_tools'),
        // As in Anthropic's API: true for a model without thinking, false for a model whose thinking cannot be disabled.
        disabled: support(thinking === null || thinking.off === 'omit' || thinking.off === 'disabled'),
        enabled: support(thinking?.budget),
      },
    },
  };
}

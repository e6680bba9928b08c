import { badRequest } from '../../errors/errors.ts';
import { invalidType } from '../../limits/field-errors.ts';
import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { withoutField } from './messages-betas.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../wire/json/json-fields.ts';

/** Tools that run on Anthropic's servers. Bedrock does not offer them (Anthropic's platform comparison, 2026-07). */
const SERVER_TOOLS = /^(web_search|web_fetch|code_execution|advisor|mcp_toolset)/;
const TOOL_SEARCH = /^tool_search_tool/;
/** The only variant of the tool search that Bedrock offers. */
const TOOL_SEARCH_REGEX = /^tool_search_tool_regex/;
/** Beta flag of the tool search. */
export const TOOL_SEARCH_BETA = 'tool-search-tool-2025-10-19';
const TOOL_STREAMING_BETA = 'fine-grained-tool-streaming-2025-05-14';

/**
 * Returns the body with the tools that Bedrock accepts. Throws GatewayError 400 for tools that run on Anthropic's
 * servers, because an answer without the expected search would look right and be wrong. Drops a tool search that the
 * model lacks, and `defer_loading` with it, so that the model receives all tools from the start.
 */
export function withBedrockTools(body: JsonObject, rules: ModelRules, adjustments: Adjustments): JsonObject {
  if (!Array.isArray(body['tools'])) return body;
  const requested: readonly unknown[] = body['tools'];
  rejectServerTools(requested);
  const hasSearch = rules.betas?.includes(TOOL_SEARCH_BETA) === true;
  const unsupportedSearches = requested.filter(
    (tool) => isTyped(tool, TOOL_SEARCH) && !(hasSearch && isTyped(tool, TOOL_SEARCH_REGEX)),
  );
  let tools = requested;
  if (unsupportedSearches.length > 0) {
    adjustments.dropped('tools.tool_search');
    const searches = new Set(unsupportedSearches);
    const others = requested.filter((tool) => !searches.has(tool));
    tools = others.some((tool) => isTyped(tool, TOOL_SEARCH)) ? others : others.map(undeferred);
  }
  const eager = tools.some((tool) => asRecord(tool)['eager_input_streaming'] === true);
  tools = tools.map((tool) => withoutUnsupportedFields(tool, rules, adjustments));
  const flagged = eager && rules.betas?.includes(TOOL_STREAMING_BETA) === true;
  if (eager) adjustments.changed('tools.eager_input_streaming', flagged ? 'beta_flag_added' : 'dropped');
  return withToolBetas({ ...body, tools }, [
    ...(flagged ? [TOOL_STREAMING_BETA] : []),
    ...(tools.some((tool) => isTyped(tool, TOOL_SEARCH_REGEX)) ? [TOOL_SEARCH_BETA] : []),
  ]);
}

/** Throws GatewayError 400 if the request names MCP servers, which only Anthropic's servers can call. */
export function rejectMcpServers(body: JsonObject): void {
  const { mcp_servers: servers } = body;
  if (servers === undefined || servers === null) return;
  if (!Array.isArray(servers)) throw invalidType('mcp_servers', 'an array', servers);
  if (servers.length === 0) return;
  throw badRequest(
    'Bedrock cannot call MCP servers. Call them in the client, and send their tools as custom tools.',
    'mcp_servers',
    'unsupported_parameter',
  );
}

/** Throws GatewayError 400 for tools that Anthropic's servers run. */
export function rejectServerTools(tools: readonly unknown[]): void {
  const index = tools.findIndex((tool) => isTyped(tool, SERVER_TOOLS));
  if (index < 0) return;
  const { type } = asRecord(tools[index]);
  throw badRequest(
    `The tool ${String(type).slice(0, 100)} runs on Anthropic’s servers and is not available on Bedrock. Remove it, or define a custom tool that the client runs.`,
    `tools[${index}].type`,
    'unsupported_parameter',
  );
}

/** Returns true for a tool search, which some Claude models offer. */
export function isToolSearch(tool: unknown): boolean {
  return isTyped(tool, TOOL_SEARCH);
}

function isTyped(tool: unknown, pattern: RegExp): boolean {
  const { type } = asRecord(tool);
  return typeof type === 'string' && pattern.test(type);
}

function undeferred(tool: unknown): unknown {
  return asRecord(tool)['defer_loading'] === undefined ? tool : withoutField(asRecord(tool), 'defer_loading');
}

/** Removes fields that the model does not accept. Without `strict`, the model still receives the tool's schema. */
function withoutUnsupportedFields(tool: unknown, rules: ModelRules, adjustments: Adjustments): unknown {
  let result = asRecord(tool);
  if (result['eager_input_streaming'] !== undefined) result = withoutField(result, 'eager_input_streaming');
  if (result['strict'] !== undefined && !rules.strictTools) {
    if (result['strict'] === true) adjustments.dropped('tools.strict');
    result = withoutField(result, 'strict');
  }
  return result === asRecord(tool) ? tool : result;
}

function withToolBetas(body: JsonObject, betas: readonly string[]): JsonObject {
  if (betas.length === 0) return body;
  const { anthropic_beta: given } = body;
  const known = typeof given === 'string' ? given.split(',') : asRecordList(given);
  return { ...body, anthropic_beta: [...known, ...betas] };
}

import { badRequest } from '../../errors/errors.ts';
import { invalidType } from '../../limits/field-errors.ts';
import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { withoutField } from './messages-betas.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../wire/json/json-fields.ts';

/** Tools that Anthropic's own servers run; behind Bedrock there are none (Anthropic's platform comparison, 2026-07). */
const SERVER_TOOLS = /^(web_search|web_fetch|code_execution|advisor|mcp_toolset)/;
const TOOL_SEARCH = /^tool_search_tool/;
/** The only variant that Bedrock has. */
const TOOL_SEARCH_REGEX = /^tool_search_tool_regex/;
/** Beta flag of the search over tools. */
export const TOOL_SEARCH_BETA = 'tool-search-tool-2025-10-19';
const TOOL_STREAMING_BETA = 'fine-grained-tool-streaming-2025-05-14';

/**
 * The tools as Bedrock takes them. Tools of Anthropic's servers are refused (400): an answer without the search that it
 * counts on would look right and be wrong. A search over tools that the model does not have is left out, and with it
 * the deferring: then it knows all of them from the start.
 */
export function withBedrockTools(body: JsonObject, rules: ModelRules, adjustments: Adjustments): JsonObject {
  if (!Array.isArray(body['tools'])) return body;
  const given: readonly unknown[] = body['tools'];
  rejectServerTools(given);
  const hasSearch = rules.betas?.includes(TOOL_SEARCH_BETA) === true;
  const lost = given.filter((tool) => isTyped(tool, TOOL_SEARCH) && !(hasSearch && isTyped(tool, TOOL_SEARCH_REGEX)));
  let tools = given;
  if (lost.length > 0) {
    adjustments.dropped('tools.tool_search');
    const searches = new Set(lost);
    const others = given.filter((tool) => !searches.has(tool));
    tools = others.some((tool) => isTyped(tool, TOOL_SEARCH)) ? others : others.map(undeferred);
  }
  const eager = tools.some((tool) => asRecord(tool)['eager_input_streaming'] === true);
  tools = tools.map((tool) => withoutForeign(tool, rules, adjustments));
  const flagged = eager && rules.betas?.includes(TOOL_STREAMING_BETA) === true;
  if (eager) adjustments.changed('tools.eager_input_streaming', flagged ? 'beta_flag_added' : 'dropped');
  return withToolBetas({ ...body, tools }, [
    ...(flagged ? [TOOL_STREAMING_BETA] : []),
    ...(tools.some((tool) => isTyped(tool, TOOL_SEARCH_REGEX)) ? [TOOL_SEARCH_BETA] : []),
  ]);
}

/** `mcp_servers` are for Anthropic's servers to call, like the tools that they run. */
export function rejectMcpServers(body: JsonObject): void {
  const { mcp_servers: servers } = body;
  if (servers === undefined || servers === null) return;
  if (!Array.isArray(servers)) throw invalidType('mcp_servers', 'an array', servers);
  if (servers.length === 0) return;
  throw badRequest(
    'MCP servers are called by Anthropic’s own servers, which are not behind Bedrock. Call them in the client and send their tools as custom tools.',
    'mcp_servers',
    'unsupported_parameter',
  );
}

/** Throws 400 for tools that Anthropic's servers run. */
export function rejectServerTools(tools: readonly unknown[]): void {
  const index = tools.findIndex((tool) => isTyped(tool, SERVER_TOOLS));
  if (index < 0) return;
  const { type } = asRecord(tools[index]);
  throw badRequest(
    `The tool ${String(type).slice(0, 100)} runs on Anthropic’s own servers, which are not behind Bedrock. Remove it, or run a tool of your own in the client.`,
    `tools[${index}].type`,
    'unsupported_parameter',
  );
}

/** A search over tools, which some Claudes have. */
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

/** `strict` holds schemas to a grammar that only some models have; without it they are still told the schema. */
function withoutForeign(tool: unknown, rules: ModelRules, adjustments: Adjustments): unknown {
  let kept = asRecord(tool);
  if (kept['eager_input_streaming'] !== undefined) kept = withoutField(kept, 'eager_input_streaming');
  if (kept['strict'] !== undefined && !rules.strictTools) {
    if (kept['strict'] === true) adjustments.dropped('tools.strict');
    kept = withoutField(kept, 'strict');
  }
  return kept === asRecord(tool) ? tool : kept;
}

function withToolBetas(body: JsonObject, betas: readonly string[]): JsonObject {
  if (betas.length === 0) return body;
  const { anthropic_beta: given } = body;
  const known = typeof given === 'string' ? given.split(',') : asRecordList(given);
  return { ...body, anthropic_beta: [...known, ...betas] };
}

import { promptTokens } from '../answers/prompt-cache.ts';
import type { Conversation } from '../conversation.ts';
import type { ClaudeRules, Effort, Model } from '../model.ts';
import { validationException } from '../aws-exception.ts';
import { grammarProblem } from './grammar-rules.ts';
import { BETAS } from './messages-shape.ts';
import { schemaProblem } from './tool-schema-rules.ts';
import { checkThinkingBlocks } from './thinking-rules.ts';

type Rule = (conversation: Conversation, rules: ClaudeRules, model: Model) => string | undefined;

/**
 * Throws what the model itself rejects, with Anthropic's messages. Converse puts "The model returned the following
 * errors" in front.
 */
export function checkClaude(conversation: Conversation, model: Model, rules: ClaudeRules): void {
  for (const rule of RULES) {
    const message = rule(conversation, rules, model);
    if (message !== undefined)
      throw validationException(
        conversation.api === 'converse' ? `The model returned the following errors: ${message}` : message,
      );
  }
}

function betas({ betas: given }: Conversation): string | undefined {
  return given.every((beta) => BETAS.has(beta)) ? undefined : 'invalid beta flag';
}

function features(conversation: Conversation, rules: ClaudeRules): string | undefined {
  const { tools, builtInTools, turns, format } = conversation;
  if (!rules.tools && tools.length + builtInTools.length > 0) return 'tools: Extra inputs are not permitted';
  if (format !== undefined && !rules.textFormat) return 'output_config.format: Extra inputs are not permitted';
  const strict = tools.findIndex((tool) => tool.strict === true);
  if (strict >= 0 && !rules.textFormat) return `tools.${strict}.custom.strict: Extra inputs are not permitted`;
  if (format !== undefined && turns.at(-1)?.role === 'assistant')
    return 'output_config.format: Prefilling the assistant message is not supported with structured outputs';
  return undefined;
}

function thinkingType(
  { thinking, effort, maxTokens = Infinity }: Conversation,
  rules: ClaudeRules,
): string | undefined {
  if (thinking === undefined) return undefined;
  const { type, budget = 0 } = thinking;
  if (rules.thinkingTypes.length === 0) return 'thinking: Extra inputs are not permitted';
  if (!rules.thinkingTypes.includes(type)) {
    if (type === 'adaptive') return 'adaptive thinking is not supported on this model';
    const hint =
      type === 'enabled'
        ? ' Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'
        : '';
    return `"thinking.type.${type}" is not supported for this model.${hint}`;
  }
  if (type === 'enabled' && budget >= maxTokens) {
    return '`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size';
  }
  const off = type === 'disabled' || type === 'between_tools';
  if (off && effort !== undefined && !rules.effortsWithoutThinking.includes(effort as Effort)) {
    return `output_config.effort: '${effort}' is not supported with "thinking.type.${type}"`;
  }
  return undefined;
}

function effort({ effort: given }: Conversation, { efforts }: ClaudeRules): string | undefined {
  if (given === undefined || efforts.includes(given as Effort)) return undefined;
  if (efforts.length === 0) return 'This model does not support the effort parameter.';
  return `output_config.effort: Input should be ${efforts.map((one) => `'${one}'`).join(', ')}`;
}

function sampling(conversation: Conversation, rules: ClaudeRules): string | undefined {
  const given = { temperature: conversation.temperature, top_p: conversation.topP, top_k: conversation.topK };
  const names = (['temperature', 'top_p', 'top_k'] as const).filter((name) => given[name] !== undefined);
  const rejected =
    rules.sampling === 'none'
      ? names
      : rules.sampling === 'default-only'
        ? names.filter((name) => given[name] !== 1 || name === 'top_k')
        : [];
  if (rejected[0] !== undefined) return `\`${rejected[0]}\` is deprecated for this model.`;
  if (rules.sampling === 'one-of' && given.temperature !== undefined && given.top_p !== undefined) {
    return '`temperature` and `top_p` cannot both be specified for this model. Please use only one.';
  }
  const { thinking } = conversation;
  if (thinking === undefined || thinking.type === 'disabled') return undefined;
  if (given.temperature !== undefined && given.temperature !== 1)
    return '`temperature` may only be set to 1 when thinking is enabled. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking';
  if (given.top_k !== undefined) return '`top_k` must be unset when thinking is enabled.';
  // Anthropic's documentation of extended thinking: `top_p` between 0.95 and 1.
  if (given.top_p !== undefined && given.top_p < 0.95)
    return '`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.';
  return undefined;
}

function toolChoice(
  { toolChoice: choice, thinking, tools, builtInTools }: Conversation,
  rules: ClaudeRules,
): string | undefined {
  if (choice === undefined) return undefined;
  if (tools.length + builtInTools.length === 0)
    return 'tool_choice: tool_choice may only be specified while providing tools';
  if (choice.type !== 'any' && choice.type !== 'tool') return undefined;
  if (rules.forcedTools === 'never')
    return `tool_choice: "${choice.type}" is not supported for this model. Use "auto".`;
  const thinks = thinking === undefined ? rules.thinksByDefault : thinking.type !== 'disabled';
  return rules.forcedTools === 'without-thinking' && thinks
    ? 'Thinking may not be enabled when tool_choice forces tool use.'
    : undefined;
}

function toolNames({ tools, builtInTools }: Conversation): string | undefined {
  const names = [...tools.map((tool) => tool.name), ...builtInTools];
  return new Set(names).size < names.length ? 'tools: Tool names must be unique.' : undefined;
}

function toolResults({ turns }: Conversation): string | undefined {
  for (const [index, turn] of turns.entries()) {
    const firstOther = turn.blocks.findIndex((block) => block.kind !== 'tool-result');
    for (const [at, block] of turn.blocks.entries()) {
      if (block.kind !== 'tool-result') continue;
      if (block.isError && !block.onlyText)
        return `messages.${index}.content.${at}.tool_result: all content must be type "text" if \`is_error\` is true`;
      // Anthropic's documentation of tool use: results come first in the content, before any text.
      if (firstOther >= 0 && firstOther < at) {
        return `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${block.id}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
      }
    }
  }
  return undefined;
}

function prefill({ turns, thinking }: Conversation, rules: ClaudeRules): string | undefined {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return undefined;
  if (!rules.prefill)
    return 'This model does not support assistant message prefill. The conversation must end with a user message.';
  if (thinking?.type === 'enabled')
    return 'messages: the final message may not be an assistant message when thinking is enabled';
  const final = last.blocks.at(-1);
  return final?.kind === 'text' && final.text !== final.text.trimEnd()
    ? 'messages: final assistant content cannot end with trailing whitespace'
    : undefined;
}

function stopSequences({ stopSequences: sequences }: Conversation): string | undefined {
  return sequences.some((sequence) => sequence.trim() === '')
    ? 'stop_sequences: each stop sequence must contain non-whitespace'
    : undefined;
}

function checkpoints({ tools, system, turns }: Conversation): string | undefined {
  const parts = [...tools, ...system, ...turns.flatMap((turn) => turn.blocks)].flatMap((part) =>
    part.cache === undefined ? [] : [part.cache],
  );
  if (parts.length > 4) return `A maximum of 4 blocks with cache_control may be provided. Found ${parts.length}.`;
  const short = parts.indexOf('5m');
  return short >= 0 && parts.lastIndexOf('1h') > short
    ? "cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block."
    : undefined;
}

function schemas({ format, tools }: Conversation): string | undefined {
  return schemaProblem(
    tools.map(({ schema }) => schema),
    format,
  );
}

/** Checks the schemas that compile to a grammar: those of the answer format and of strict tools. */
function grammarSchemas({ format, tools }: Conversation): string | undefined {
  const schemas = new Map<string, unknown>();
  if (format !== undefined) schemas.set('output_config.format.schema', format);
  for (const [index, tool] of tools.entries()) {
    if (tool.strict === true) schemas.set(`tools.${index}.custom`, tool.schema);
  }
  return grammarProblem(schemas);
}

function length(conversation: Conversation, _rules: ClaudeRules, model: Model): string | undefined {
  const tokens = promptTokens(conversation);
  return tokens > model.contextTokens
    ? `prompt is too long: ${tokens} tokens > ${model.contextTokens} maximum`
    : undefined;
}

function loneSurrogates(conversation: Conversation): string | undefined {
  const texts = conversation.turns.flatMap((turn) =>
    turn.blocks.flatMap((block) => ('text' in block ? [block.text] : [])),
  );
  return texts.every((text) => text.isWellFormed()) ? undefined : 'The request body is not valid JSON: invalid unicode';
}

const RULES: readonly Rule[] = [
  betas,
  features,
  thinkingType,
  effort,
  sampling,
  toolNames,
  toolChoice,
  toolResults,
  prefill,
  stopSequences,
  checkpoints,
  grammarSchemas,
  schemas,
  checkThinkingBlocks,
  loneSurrogates,
  length,
];

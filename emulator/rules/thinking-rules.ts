import { originOf, verify, verifyRedacted } from '../answers/signatures.ts';
import type { Origin, Verdict } from '../answers/signatures.ts';
import type { Block, Conversation } from '../conversation.ts';
import type { ClaudeRules, Model } from '../model.ts';

/**
 * Checks that returned thinking blocks equal the ones that the model produced, byte for byte, and are in valid places.
 */
export function checkThinkingBlocks(conversation: Conversation, rules: ClaudeRules, model: Model): string | undefined {
  const origin = originOf(model.id, conversation);
  const { thinking } = conversation;
  if (thinking?.dropsMismatched === true && !conversation.betas.includes('thinking-binding-controls-2026-08-01')) {
    return `thinking.${thinking.type}.block_binding: Extra inputs are not permitted`;
  }
  const strict = rules.bindsThinking && thinking?.dropsMismatched !== true;
  for (const [index, turn] of conversation.turns.entries()) {
    for (const [at, block] of turn.blocks.entries()) {
      const problem = problemOf(block, origin, strict);
      if (problem !== undefined) return `messages.${index}.content.${at}${problem}`;
    }
    const last = turn.blocks.at(-1);
    if (last !== undefined && isThinking(last))
      return `messages.${index}: The final block in an assistant message cannot be \`thinking\`.`;
  }
  return thinking?.type === 'enabled' ? missingThinking(conversation) : undefined;
}

function problemOf(block: Block, origin: Origin, strict: boolean): string | undefined {
  if (block.kind === 'thinking' && block.signature === undefined) return '.thinking.signature: Field required';
  switch (verdictOn(block, origin)) {
    case 'forged':
      return block.kind === 'redacted'
        ? ': Invalid `data` in `redacted_thinking` block'
        : ': Invalid `signature` in `thinking` block';
    case 'other-model':
      return strict ? ': `thinking` block was produced by a different model and cannot be used here' : undefined;
    case 'other-prefix':
      return strict
        ? ': `thinking` block was produced by a different conversation prefix and cannot be used here'
        : undefined;
    case 'genuine':
    case undefined:
    default:
      return undefined;
  }
}

function verdictOn(block: Block, origin: Origin): Verdict | undefined {
  if (block.kind === 'thinking') return verify(block.text, block.signature ?? '', origin);
  return block.kind === 'redacted' ? verifyRedacted(block.data, origin) : undefined;
}

/**
 * Checks that the assistant turn before tool results begins with its thinking (Anthropic, extended thinking with tool
 * use).
 */
function missingThinking({ turns }: Conversation): string | undefined {
  const answered = turns.at(-1)?.blocks.some((block) => block.kind === 'tool-result') === true;
  const index = turns.length - 2;
  const first = turns[index]?.blocks[0];
  if (!answered || first === undefined || isThinking(first)) return undefined;
  const found = first.kind === 'tool-use' ? 'tool_use' : first.kind;
  return `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${found}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`.`;
}

function isThinking(block: Block): boolean {
  return block.kind === 'thinking' || block.kind === 'redacted';
}

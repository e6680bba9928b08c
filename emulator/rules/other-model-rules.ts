import { promptTokens } from '../answers/prompt-cache.ts';
import type { Block, Conversation } from '../conversation.ts';
import type { Model, OtherModelRules } from '../model.ts';
import { type AwsException, validationException } from '../aws-exception.ts';

/** Throws what Converse rejects for model families other than Claude. */
export function checkOtherModel(conversation: Conversation, model: Model, rules: OtherModelRules): void {
  checkFields(conversation, rules);
  for (const turn of conversation.turns) {
    const results = turn.blocks.some((block) => block.kind === 'tool-result');
    if (results && !rules.textWithToolResults && turn.blocks.some((block) => block.kind !== 'tool-result')) {
      throw validationException('Conversation blocks and tool result blocks cannot be provided in the same turn.');
    }
    for (const block of turn.blocks) checkBlock(block, rules);
  }
  if (promptTokens(conversation) > model.contextTokens)
    throw validationException('Input is too long for requested model.');
}

function checkFields(conversation: Conversation, rules: OtherModelRules): void {
  if (!rules.system && conversation.system.length > 0) throw unsupported('system');
  if (!rules.tools && conversation.tools.length > 0) throw validationException("This model doesn't support tool use.");
  if (!rules.toolChoice && conversation.toolChoice !== undefined) throw unsupported('toolConfig.toolChoice');
  if (conversation.format !== undefined && rules.textFormat !== true) throw unsupported('outputConfig.textFormat');
  if (conversation.effort !== undefined) throw unsupported('outputConfig.effort');
  if (!rules.stopSequences && conversation.stopSequences.length > 0) throw unsupported('stopSequences');
}

function unsupported(field: string): AwsException {
  return validationException(`This model doesn't support the ${field} field. Remove ${field} and try again.`);
}

function checkBlock(block: Block, rules: OtherModelRules): void {
  if (block.kind === 'thinking' && rules.reasons === 'never') throw unsupported('reasoningContent');
  if (block.kind === 'thinking' && block.signature !== undefined)
    throw unsupported('reasoningContent.reasoningText.signature');
  const id = block.kind === 'tool-use' || block.kind === 'tool-result' ? block.id : undefined;
  if (id !== undefined && rules.toolUseId?.test(id) === false) {
    throw validationException(`Tool call id was ${id} but must be a-z, A-Z, 0-9, with a length of 9.`);
  }
}

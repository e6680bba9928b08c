import type { Conversation } from '../conversation.ts';
import type { ClaudeRules, Model } from '../model.ts';
import { validationException } from '../aws-exception.ts';
import { checkClaude } from './claude-rules.ts';
import { checkMedia } from './media-rules.ts';
import type { MessagesJson } from './messages-json.ts';
import { MESSAGES } from './messages-shape.ts';
import { pairedFieldsMessage } from './paired-fields.ts';
import { readMessages } from './read-messages.ts';
import { maxOutputTokens } from './output-limit.ts';
import { systemRoleProblem } from './system-role.ts';
import { issuesOf } from './shape.ts';
import { anthropicMessage } from './shape-messages.ts';
import { checkTools, checkTurns } from './turn-rules.ts';

/** Parses a body of the Messages API. Throws what InvokeModel of a Claude model returns for an invalid one. */
export function checkMessages(value: unknown, model: Model, rules: ClaudeRules): Conversation {
  const [issue] = issuesOf(value, MESSAGES);
  if (issue !== undefined) throw validationException(anthropicMessage(issue));
  const body = value as MessagesJson;
  const paired = pairedFieldsMessage(body);
  if (paired !== undefined) throw validationException(paired);
  const hasOutputConfig = rules.efforts.length > 0 || rules.textFormat;
  if (body.output_config !== undefined && !hasOutputConfig)
    throw validationException('output_config: Extra inputs are not permitted');
  const misplaced = systemRoleProblem(body, rules);
  if (misplaced !== undefined) throw validationException(misplaced);
  const conversation = readMessages(body);
  checkTurns(conversation);
  checkTools(conversation);
  checkMedia(conversation, model);
  const limit = maxOutputTokens(model, conversation.betas);
  if (body.max_tokens > limit) {
    const name = model.id.replace('anthropic.', '');
    throw validationException(
      `max_tokens: ${body.max_tokens} > ${limit}, which is the maximum allowed number of output tokens for ${name}`,
    );
  }
  checkClaude(conversation, model, rules);
  return conversation;
}

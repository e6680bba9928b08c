import type { Conversation } from '../conversation.ts';
import { maxOutputTokens } from './output-limit.ts';
import type { Model } from '../model.ts';
import { AwsException, validationException } from '../aws-exception.ts';
import { checkClaude } from './claude-rules.ts';
import type { ConverseJson } from './converse-json.ts';
import { CONVERSE } from './converse-shape.ts';
import { checkMedia } from './media-rules.ts';
import { CLAUDE_FIELDS } from './messages-shape.ts';
import { checkOtherModel } from './other-model-rules.ts';
import { checkReasoning } from './reasoning-rules.ts';
import { readConverse } from './read-converse.ts';
import { issuesOf } from './shape.ts';
import type { Shape } from './shape.ts';
import { anthropicMessage, awsValidationException } from './shape-messages.ts';
import { pairedFieldsMessage } from './paired-fields.ts';
import { checkTools, checkTurns, isObject } from './turn-rules.ts';

/** Parses a Converse body. Throws what Converse returns for an invalid one. */
export function checkConverse(
  value: unknown,
  model: Model,
  shape: Shape = CONVERSE,
): { body: ConverseJson; conversation: Conversation } {
  if (model.embeds !== undefined)
    throw validationException(
      "This action doesn't support the model that you provided. Try again with a supported text or chat model.",
    );
  const issues = issuesOf(value, shape);
  if (issues.length > 0) throw awsValidationException(issues);
  const body = value as ConverseJson;
  checkFields(body, model);
  if (body.messages?.some((message) => message.role === 'system') === true) {
    throw validationException(
      "This model doesn't support messages with the system role. Use the system field and try again.",
    );
  }
  const conversation = readConverse(body);
  checkTurns(conversation);
  const usesTools = conversation.turns.some((turn) =>
    turn.blocks.some((block) => block.kind === 'tool-use' || block.kind === 'tool-result'),
  );
  if (usesTools && body.toolConfig === undefined)
    throw validationException('The toolConfig field must be defined when using toolUse and toolResult content blocks.');
  checkTools(conversation);
  checkMedia(conversation, model);
  checkCaching(body, model);
  checkMaxTokens(conversation, model);
  if (model.claude !== undefined) checkPointsAfterDocuments(body);
  if (model.claude !== undefined) checkClaude(conversation, model, model.claude);
  if (model.plain !== undefined) checkOtherModel(conversation, model, model.plain);
  return { body, conversation };
}

function checkFields(body: ConverseJson, model: Model): void {
  const fields = body.additionalModelRequestFields;
  if (fields === undefined || fields === null) return;
  if (!isObject(fields))
    throw validationException(
      'The value at additionalModelRequestFields is invalid. Provide a json object for the field and try again.',
    );
  if (model.plain !== undefined) checkReasoning(fields, body.inferenceConfig?.maxTokens, model.plain);
  if (model.claude === undefined) return;
  const [issue] = issuesOf(fields, CLAUDE_FIELDS);
  const message = issue === undefined ? pairedFieldsMessage(fields) : anthropicMessage(issue);
  if (message !== undefined) throw validationException(`The model returned the following errors: ${message}`);
}

/** Rejects checkpoints for models without prompt caching, which do not ignore them (AWS user guide, prompt caching). */
function checkCaching(body: ConverseJson, model: Model): void {
  if (model.cacheMinimum !== undefined) return;
  const parts = [
    body.system ?? [],
    body.toolConfig?.tools ?? [],
    ...(body.messages ?? []).map((message) => message.content ?? []),
  ].flat();
  if (parts.some((part) => 'cachePoint' in part)) {
    throw new AwsException(
      'AccessDeniedException',
      'You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.',
    );
  }
}

/**
 * Rejects a checkpoint directly after a document, as Claude does. Reported by clients of Bedrock in
 * BerriAI/litellm#18068 and pizza-bot#6.
 */
function checkPointsAfterDocuments(body: ConverseJson): void {
  for (const [turn, { content = [] }] of (body.messages ?? []).entries()) {
    const at = content.findIndex((block, index) => 'cachePoint' in block && 'document' in (content[index - 1] ?? {}));
    if (at < 0) continue;
    throw validationException(
      `The model returned the following errors: messages.${turn}.content.${at}.type: Field required`,
    );
  }
}

function checkMaxTokens({ maxTokens = 0, betas }: Conversation, model: Model): void {
  const limit = maxOutputTokens(model, betas);
  if (maxTokens > limit) {
    throw validationException(
      `The maximum tokens you requested exceeds the model limit of ${limit}. Try again with a maximum tokens value that is lower than ${limit}.`,
    );
  }
}

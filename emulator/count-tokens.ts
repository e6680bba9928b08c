import { promptTokens } from './answers/prompt-cache.ts';
import type { Call } from './operations.ts';
import { validationException } from './aws-exception.ts';
import { checkConverse } from './rules/check-converse.ts';
import { checkMessages } from './rules/check-messages.ts';
import { CONVERSE } from './rules/converse-shape.ts';
import { blob, issuesOf, record, union } from './rules/shape.ts';
import type { Shape } from './rules/shape.ts';
import { awsValidationException } from './rules/shape-messages.ts';

/** Shape of a CountTokens body, which contains the body of the request to count (AWS API reference). */
const COUNT_TOKENS: Shape = record({ 'input!': union({ converse: CONVERSE, invokeModel: record({ 'body!': blob }) }) });

interface CountTokensJson {
  input: { converse?: unknown; invokeModel?: { body: string } };
}

export async function countTokens({ exchange, model, body }: Call): Promise<void> {
  if (!model.countsTokens) throw validationException("The provided model doesn't support counting tokens.");
  const issues = issuesOf(body, COUNT_TOKENS);
  if (issues.length > 0) throw awsValidationException(issues);
  const { converse, invokeModel } = (body as CountTokensJson).input;
  const conversation =
    invokeModel !== undefined && model.claude !== undefined
      ? checkMessages(decode(invokeModel.body), model, model.claude)
      : checkConverse(converse, model).conversation;
  exchange.json(200, { inputTokens: promptTokens(conversation) });
}

function decode(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString('utf8')) as unknown;
  } catch {
    throw validationException('The value at input.invokeModel.body is not valid JSON.');
  }
}

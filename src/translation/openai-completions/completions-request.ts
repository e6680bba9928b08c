import type { CompletionCreateParamsBase } from 'openai/resources/completions';

import { badRequest } from '../../errors/errors.ts';
import { emptyArray, invalidType } from '../../limits/field-errors.ts';
import { CONTENT_LIMITS } from '../../limits/content-limits.ts';
import { requireAtMost } from '../../limits/limit-error.ts';
import { Adjustments } from '../adjustments.ts';
import { isBlank, textBlock } from '../content/text-blocks.ts';
import { fanOut, requireFewAnswers } from '../fan-out.ts';
import { prepareGeneration } from '../generation/generation.ts';
import type { ConverseRequest } from '../../wire/converse.ts';
import type { Translation, TranslationOptions } from '../dialect.ts';
import { readGenerationOptions, unusedBudgetFields, type ExtensionFields } from '../generation/extension-fields.ts';
import { COMPLETIONS_PLACES } from '../nested-fields/chat-shapes.ts';
import { inspectFields } from '../nested-fields/inspect-fields.ts';
import { COMPLETIONS_PARAMETERS } from '../parameters/completions-parameters.ts';
import { ParameterChecker } from '../parameters/parameter-checker.ts';
import { DEFAULT_POLICY } from '../policy.ts';
import { withBedrockOptions, type BedrockFields } from '../bedrock-options/bedrock-options.ts';

/** OpenAI's legacy request; its optional fields may also be null. */
export interface CompletionsRequest extends Omit<CompletionCreateParamsBase, 'model'>, ExtensionFields, BedrockFields {
  /** Absent: the default model answers. */
  model?: string | null;
}

const judge = new ParameterChecker(COMPLETIONS_PARAMETERS);

/** Every prompt becomes one user turn. Throws GatewayError 400 with `param` for what cannot be said. */
export function completionsRequest(request: CompletionsRequest, options: TranslationOptions): Translation {
  const prompts = promptsOf(request);
  const times = choicesPerPrompt(request);
  requireFewAnswers(prompts.length * times, times > 1 ? 'n' : 'prompt');
  const adjustments = new Adjustments();
  judge.judge(request, adjustments);
  inspectFields(request, COMPLETIONS_PLACES, options.policy ?? DEFAULT_POLICY, adjustments);
  judgeBestOf(request, adjustments);

  const wish = readGenerationOptions(request, options);
  for (const field of unusedBudgetFields(request, wish.thinking)) adjustments.ignored(field);
  const { settings, emulatedStops } = prepareGeneration(wish, options, adjustments);

  const inputs = prompts.map((prompt, index) =>
    withBedrockOptions(inputOf(prompt, promptParam(request, index), settings), request, options, adjustments),
  );
  return {
    inputs: fanOut(inputs, times),
    adjusted: adjustments.list(),
    ...(emulatedStops.length > 0 && { emulatedStops }),
  };
}

/** The prompts in order; choice `index` belongs to prompt `floor(index / choicesPerPrompt)`. */
export function promptsOf({ prompt }: CompletionsRequest): readonly string[] {
  if (typeof prompt === 'string') return [prompt];
  if (!Array.isArray(prompt)) throw invalidType('prompt', 'one of a string or an array of strings', prompt);
  if (prompt.length === 0) throw emptyArray('prompt');
  // A list of tokens has its own message, however long the list is.
  if (typeof prompt[0] !== 'string') throw noText(0);
  requireAtMost(CONTENT_LIMITS.prompts, prompt, 'prompt');
  return prompt.map((entry: unknown, index) => {
    if (typeof entry === 'string') return entry;
    throw noText(index);
  });
}

function noText(index: number): Error {
  return badRequest('prompt must be text: tokens are not the same in every model.', `prompt[${index}]`);
}

export function choicesPerPrompt(request: CompletionsRequest): number {
  return request.n ?? 1;
}

function promptParam({ prompt }: CompletionsRequest, index: number): string {
  return typeof prompt === 'string' ? 'prompt' : `prompt[${index}]`;
}

function inputOf(
  prompt: string,
  param: string,
  settings: Pick<ConverseRequest, 'inferenceConfig' | 'additionalModelRequestFields'>,
): ConverseRequest {
  const block = textBlock(prompt);
  if (isBlank(block)) throw badRequest('prompt must not be blank.', param);
  return { messages: [{ role: 'user', content: [block] }], ...settings };
}

/** OpenAI picks the best by log probability, which Bedrock does not tell: `n` answers are made. */
function judgeBestOf(request: CompletionsRequest, adjustments: Adjustments): void {
  const bestOf = request.best_of ?? undefined;
  if (bestOf === undefined) return;
  if (bestOf < choicesPerPrompt(request)) throw badRequest('best_of must be at least n.', 'best_of');
  if (bestOf > 1 && request.stream) throw badRequest('best_of above 1 cannot be streamed.', 'best_of');
  if (bestOf > choicesPerPrompt(request)) adjustments.ignored('best_of');
}

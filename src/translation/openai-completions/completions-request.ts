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
import { COMPLETIONS_FIELD_SHAPES } from '../nested-fields/chat-shapes.ts';
import { inspectFields } from '../nested-fields/inspect-fields.ts';
import { COMPLETIONS_PARAMETERS } from '../parameters/completions-parameters.ts';
import { ParameterChecker } from '../parameters/parameter-checker.ts';
import { DEFAULT_POLICY } from '../policy.ts';
import { withBedrockOptions, type BedrockFields } from '../bedrock-options/bedrock-options.ts';

/** The request of OpenAI's legacy API. Its optional fields may also be null. */
export interface CompletionsRequest extends Omit<CompletionCreateParamsBase, 'model'>, ExtensionFields, BedrockFields {
  /** Name of the model; the default model if absent. */
  model?: string | null;
}

const checker = new ParameterChecker(COMPLETIONS_PARAMETERS);

/**
 * Converts a request to Converse. Each prompt becomes one user turn.
 *
 * @throws GatewayError 400 with `param` if a field is invalid or the model cannot take it
 */
export function completionsRequest(request: CompletionsRequest, options: TranslationOptions): Translation {
  const prompts = promptsOf(request);
  const times = choicesPerPrompt(request);
  requireFewAnswers(prompts.length * times, times > 1 ? 'n' : 'prompt');
  const adjustments = new Adjustments();
  checker.check(request, adjustments);
  inspectFields(request, COMPLETIONS_FIELD_SHAPES, options.policy ?? DEFAULT_POLICY, adjustments);
  checkBestOf(request, adjustments);

  const generationOptions = readGenerationOptions(request, options);
  for (const field of unusedBudgetFields(request, generationOptions.thinking)) adjustments.ignored(field);
  const { settings, emulatedStops } = prepareGeneration(generationOptions, options, adjustments);

  const inputs = prompts.map((prompt, index) =>
    withBedrockOptions(inputOf(prompt, promptParam(request, index), settings), request, options, adjustments),
  );
  return {
    inputs: fanOut(inputs, times),
    adjusted: adjustments.list(),
    ...(emulatedStops.length > 0 && { emulatedStops }),
  };
}

/**
 * Returns the prompts in order. Choice `index` belongs to prompt `floor(index / choicesPerPrompt)`.
 *
 * @throws GatewayError 400 with `param` for a prompt that is not text, and for too many prompts
 */
export function promptsOf({ prompt }: CompletionsRequest): readonly string[] {
  if (typeof prompt === 'string') return [prompt];
  if (!Array.isArray(prompt)) throw invalidType('prompt', 'one of a string or an array of strings', prompt);
  if (prompt.length === 0) throw emptyArray('prompt');
  // The error for tokens comes before the error for too many prompts, because an array of tokens is long.
  if (typeof prompt[0] !== 'string') throw notTextPrompt(0);
  requireAtMost(CONTENT_LIMITS.prompts, prompt, 'prompt');
  return prompt.map((entry: unknown, index) => {
    if (typeof entry === 'string') return entry;
    throw notTextPrompt(index);
  });
}

function notTextPrompt(index: number): Error {
  return badRequest(
    'prompt must be text. Arrays of tokens are not supported, because tokens differ between models.',
    `prompt[${index}]`,
  );
}

/** Returns the number of choices for each prompt. */
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

/**
 * Validates `best_of` and reports it if it exceeds `n`. OpenAI selects the best answers by log probability, which Bedrock
 * does not return, so the gateway makes only `n` answers.
 */
function checkBestOf(request: CompletionsRequest, adjustments: Adjustments): void {
  const bestOf = request.best_of ?? undefined;
  if (bestOf === undefined) return;
  if (bestOf < choicesPerPrompt(request)) throw badRequest('best_of must be at least n.', 'best_of');
  if (bestOf > 1 && request.stream) throw badRequest('best_of above 1 cannot be streamed.', 'best_of');
  if (bestOf > choicesPerPrompt(request)) adjustments.ignored('best_of');
}

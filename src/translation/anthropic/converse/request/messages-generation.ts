import { badRequest } from '../../../../errors/errors.ts';
import { aboveMaximum, belowMinimum, invalidType, notListed } from '../../../../limits/field-errors.ts';
import type { GenerationOptions } from '../../../generation/generation.ts';
import type { TranslationOptions } from '../../../dialect.ts';
import {
  readGenerationOptions,
  type GenerationFields,
  type ThinkingField,
  unusedBudgetFields,
} from '../../../generation/extension-fields.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { type MessagesRequest } from '../../types.ts';
import { asRecord, isRecord } from '../../../../wire/json/json-fields.ts';

const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'];

/** Reads the generation options. Throws GatewayError 400 with `param` for values that Anthropic rejects as well. */
export function readGeneration(
  request: MessagesRequest,
  options: TranslationOptions,
  adjustments: Adjustments,
): GenerationOptions {
  if (request.max_tokens < 1) {
    throw badRequest('max_tokens must be at least 1. Only Claude accepts 0, to fill its prompt cache.', 'max_tokens');
  }
  const fields: GenerationFields = {
    max_tokens: request.max_tokens,
    temperature: numberIn(request.temperature, 'temperature', 1),
    top_p: numberIn(request.top_p, 'top_p', 1),
    top_k: integerIn(request.top_k, 'top_k'),
    stop: stopOf(request.stop_sequences),
    thinking: thinkingOf(request.thinking),
    reasoning_effort: effortOf(request.output_config),
  };
  const generation = readGenerationOptions(fields, options);
  for (const field of unusedBudgetFields(fields, generation.thinking)) adjustments.ignored(field);
  return generation;
}

function numberIn(value: unknown, param: string, max: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= 0 && value <= max) return value;
  if (typeof value !== 'number') throw invalidType(param, 'a number', value);
  throw value < 0 ? belowMinimum(param, 'decimal', 0, value) : aboveMaximum(param, 'decimal', max, value);
}

function integerIn(value: unknown, param: string): number | undefined {
  const number = numberIn(value, param, Number.MAX_SAFE_INTEGER);
  if (number === undefined || Number.isInteger(number)) return number;
  throw invalidType(param, 'an integer', number);
}

function stopOf(sequences: unknown): string[] | undefined {
  if (sequences === undefined || sequences === null) return undefined;
  if (Array.isArray(sequences) && sequences.every((sequence) => typeof sequence === 'string')) return sequences;
  throw invalidType('stop_sequences', 'an array of strings', sequences);
}

/** Returns the thinking field. `readGenerationOptions` validates its fields. */
function thinkingOf(thinking: unknown): ThinkingField | undefined {
  if (thinking === undefined || thinking === null) return undefined;
  if (!isRecord(thinking)) throw invalidType('thinking', 'an object', thinking);
  return thinking as unknown as ThinkingField;
}

/** Reads the effort. Models other than Claude have an effort for their reasoning only. */
function effortOf(config: unknown): GenerationFields['reasoning_effort'] {
  if (config !== undefined && config !== null && !isRecord(config)) {
    throw invalidType('output_config', 'an object', config);
  }
  const effort = asRecord(config)['effort'] ?? undefined;
  if (effort === undefined) return undefined;
  if (typeof effort === 'string' && EFFORTS.includes(effort)) return effort as GenerationFields['reasoning_effort'];
  throw notListed('output_config.effort', EFFORTS, effort);
}

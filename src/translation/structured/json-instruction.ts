import type { ConverseMessage, ConverseRequest } from '../../wire/converse.ts';
import { textBlock } from '../content/text-blocks.ts';
import type { StructuredOutputOptions } from './structured-output-options.ts';

const MAX_PROBLEM_LENGTH = 500;

/**
 * Returns the instruction to answer in JSON, for models without constrained decoding and without a forced tool.
 *
 * @param tools - whether the request has tools, which the model may call before it answers
 */
export function jsonInstruction(
  { name, description, schema }: StructuredOutputOptions,
  tools: 'alone' | 'beside-tools',
): string {
  const answer = tools === 'alone' ? 'Your answer' : 'Once you need no more tools, your answer';
  const value = schema === undefined ? 'a single JSON object' : 'a single JSON value';
  const parts = [
    `${answer} must be ${value} and nothing else: no words before or behind it, no code fences, no comments.`,
    description && `What it is: ${description}`,
    schema && `It must conform to this JSON schema (${JSON.stringify(name)}):\n${JSON.stringify(schema)}`,
  ];
  return parts.filter(Boolean).join('\n\n');
}

/**
 * Returns the request with an instruction to correct an invalid answer.
 *
 * @param problem - the first violation in the answer
 * @param system - whether the model accepts a system prompt
 */
export function repairRequest(
  input: ConverseRequest,
  problem: string,
  system: 'accepted' | 'rejected',
): ConverseRequest {
  return appendInstructions(input, [repairInstruction(problem)], system);
}

/** Returns the instruction that asks for another answer. `problem` is the first violation in the earlier answer. */
export function repairInstruction(problem: string): string {
  return `An earlier answer of yours to this could not be used: ${problem.slice(0, MAX_PROBLEM_LENGTH)}. Answer again, and keep to the required JSON.`;
}

/**
 * Returns a copy of the request with instructions at the end of its system prompt. For models without a system prompt, the
 * instructions become the first blocks of the first user message.
 */
export function appendInstructions<Input extends Pick<ConverseRequest, 'system' | 'messages'>>(
  input: Input,
  instructions: readonly string[],
  system: 'accepted' | 'rejected',
): Input {
  if (instructions.length === 0) return input;
  const blocks = instructions.map(textBlock);
  if (system === 'accepted') return { ...input, system: [...(input.system ?? []), ...blocks] };
  const [first, ...rest] = input.messages ?? [];
  const opening: ConverseMessage = { role: 'user', content: [...blocks, ...(first?.content ?? [])] };
  return { ...input, messages: [opening, ...rest] };
}

import type { ConverseMessage, ConverseRequest } from '../../wire/converse.ts';
import { textBlock } from '../content/text-blocks.ts';
import type { StructuredOutputOptions } from './structured-wish.ts';

const LONGEST_PROBLEM = 500;

/** The instruction for models that can be held to a schema in no other way. */
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

/** The same request once more, with what was wrong with its first answer. */
export function repairRequest(input: ConverseRequest, problem: string, system: 'taken' | 'refused'): ConverseRequest {
  return appendInstructions(input, [repairInstruction(problem)], system);
}

/** Returns the instruction that asks for another answer; `problem` is what the earlier answer lacks. */
export function repairInstruction(problem: string): string {
  return `An earlier answer of yours to this could not be used: ${problem.slice(0, LONGEST_PROBLEM)}. Answer again, and keep to the required JSON.`;
}

/** Instructions behind those that are there; before the first words of the user where a model takes no system prompt. */
export function appendInstructions<Input extends Pick<ConverseRequest, 'system' | 'messages'>>(
  input: Input,
  instructions: readonly string[],
  system: 'taken' | 'refused',
): Input {
  if (instructions.length === 0) return input;
  const blocks = instructions.map(textBlock);
  if (system === 'taken') return { ...input, system: [...(input.system ?? []), ...blocks] };
  const [first, ...rest] = input.messages ?? [];
  const opening: ConverseMessage = { role: 'user', content: [...blocks, ...(first?.content ?? [])] };
  return { ...input, messages: [opening, ...rest] };
}

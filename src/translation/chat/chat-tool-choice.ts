import { badRequest } from '../../errors.ts';
import { allowedChoice, namedChoice, type OfferedChoice } from '../converse/named-choice.ts';
import type { ToolChoiceWish } from '../converse/tool-choice.ts';
import { isRecord } from '../converse/tool-input.ts';
import type { ToolOffer } from '../converse/tools.ts';
import type { ChatRequest } from './chat-request.ts';

/** OpenAI's `tool_choice` in all of its forms. */
export function readToolChoice(request: ChatRequest, offers: readonly ToolOffer[]): OfferedChoice {
  const choice: unknown = request.tool_choice ?? 'auto';
  if (choice === 'none') return { offers, choice: { kind: 'none' } };
  if (choice === 'auto') return { offers, choice: { kind: 'auto' } };
  if (offers.length === 0) throw badRequest('tool_choice is only allowed when tools are given.', 'tool_choice');
  if (choice === 'required') return { offers, choice: { kind: 'any' } };
  if (!isRecord(choice)) throw badRequest('tool_choice must be none, auto, required or an object.', 'tool_choice');
  switch (choice['type']) {
    case 'function':
    case 'custom':
      return { offers, choice: namedChoice(choice[choice['type']], offers, `tool_choice.${choice['type']}`) };
    case 'allowed_tools':
      return allowedChoice(choice['allowed_tools'], offers, 'tool_choice.allowed_tools');
    default:
      throw badRequest('tool_choice.type must be function, custom or allowed_tools.', 'tool_choice.type');
  }
}

/** The deprecated `function_call` of a request: none, auto, or the name of a function. */
export function readFunctionChoice(choice: unknown, offers: readonly ToolOffer[]): ToolChoiceWish {
  if (choice === undefined || choice === null || choice === 'auto') return { kind: 'auto' };
  if (choice === 'none') return { kind: 'none' };
  return namedChoice(choice, offers, 'function_call');
}

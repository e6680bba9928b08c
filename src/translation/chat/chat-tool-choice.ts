import { badRequest } from '../../errors.ts';
import type { ToolChoiceWish } from '../converse/tool-choice.ts';
import { isRecord } from '../converse/tool-input.ts';
import type { ToolOffer } from '../converse/tools.ts';
import type { ChatRequest } from './chat-request.ts';

interface Choice {
  /** The tools that may be called: `allowed_tools` leaves some of the offered ones out. */
  offers: readonly ToolOffer[];
  choice: ToolChoiceWish;
}

/** OpenAI's `tool_choice` in all of its forms. */
export function readToolChoice(request: ChatRequest, offers: readonly ToolOffer[]): Choice {
  const choice: unknown = request.tool_choice ?? 'auto';
  if (choice === 'none') return { offers, choice: { kind: 'none' } };
  if (choice === 'auto') return { offers, choice: { kind: 'auto' } };
  if (offers.length === 0) throw badRequest('tool_choice is only allowed when tools are given.', 'tool_choice');
  if (choice === 'required') return { offers, choice: { kind: 'any' } };
  if (!isRecord(choice)) throw badRequest('tool_choice must be none, auto, required or an object.', 'tool_choice');
  switch (choice['type']) {
    case 'function':
    case 'custom':
      return { offers, choice: named(choice[choice['type']], offers, `tool_choice.${choice['type']}`) };
    case 'allowed_tools':
      return readAllowed(choice['allowed_tools'], offers);
    default:
      throw badRequest('tool_choice.type must be function, custom or allowed_tools.', 'tool_choice.type');
  }
}

/** The deprecated `function_call` of a request: none, auto, or the name of a function. */
export function readFunctionChoice(choice: unknown, offers: readonly ToolOffer[]): ToolChoiceWish {
  if (choice === undefined || choice === null || choice === 'auto') return { kind: 'auto' };
  if (choice === 'none') return { kind: 'none' };
  return named(choice, offers, 'function_call');
}

function named(tool: unknown, offers: readonly ToolOffer[], param: string): ToolChoiceWish {
  const name = isRecord(tool) ? tool['name'] : undefined;
  if (typeof name === 'string' && offers.some((offer) => offer.name === name)) return { kind: 'named', name };
  throw badRequest('This names none of the tools that are given.', `${param}.name`);
}

function readAllowed(allowed: unknown, offers: readonly ToolOffer[]): Choice {
  const param = 'tool_choice.allowed_tools';
  if (!isRecord(allowed) || !Array.isArray(allowed['tools']))
    throw badRequest('tools must be a list.', `${param}.tools`);
  const names = allowed['tools'].map((tool: unknown, index) => {
    const entry = isRecord(tool) ? (tool['function'] ?? tool['custom'] ?? tool) : undefined;
    const choice = named(entry, offers, `${param}.tools[${index}]`);
    return choice.kind === 'named' ? choice.name : '';
  });
  if (names.length === 0) return { offers, choice: { kind: 'none' } };
  const kept = offers.filter(({ name }) => names.includes(name));
  switch (allowed['mode']) {
    case 'auto':
      return { offers: kept, choice: { kind: 'auto' } };
    case 'required':
      return { offers: kept, choice: { kind: 'any' } };
    default:
      throw badRequest('mode must be auto or required.', `${param}.mode`);
  }
}

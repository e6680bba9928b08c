import { notListed, unsupportedValue } from '../../../../limits/field-errors.ts';
import {
  allowedChoice,
  choiceWithoutTools,
  foreignChoice,
  namedChoice,
  type OfferedChoice,
} from '../../../tools/named-tool-choice.ts';
import type { ToolChoiceWish } from '../../../tools/tool-choice.ts';
import type { ToolOffer } from '../../../tools/tools.ts';
import { isRecord } from '../../../../wire/json/json-fields.ts';
import type { ChatRequest } from '../../chat-request.types.ts';

/** OpenAI's `tool_choice` in all of its forms, and those of Anthropic's and the Responses API. */
export function readToolChoice(request: ChatRequest, offers: readonly ToolOffer[]): OfferedChoice {
  const given: unknown = request.tool_choice ?? 'auto';
  // Anthropic's words for the same, as an object.
  const isWord = isRecord(given) && (given['type'] === 'auto' || given['type'] === 'none');
  const choice: unknown = isWord ? given['type'] : given;
  if (choice === 'none') return { offers, choice: { kind: 'none' } };
  if (choice === 'auto') return { offers, choice: { kind: 'auto' } };
  if (choice !== 'required' && !isRecord(choice)) throw foreignChoice(choice);
  if (offers.length === 0) throw choiceWithoutTools();
  if (choice === 'required') return { offers, choice: { kind: 'any' } };
  return readChoiceObject(choice, offers);
}

function readChoiceObject(choice: Record<string, unknown>, offers: readonly ToolOffer[]): OfferedChoice {
  const { type } = choice;
  switch (type) {
    case 'function':
    case 'custom':
      return { offers, choice: namedChoice(...nestedOrFlat(choice, type, 'name', offers)) };
    case 'allowed_tools':
      return allowedChoice(...nestedOrFlat(choice, type, 'tools', offers));
    case 'tool':
      return { offers, choice: namedChoice(choice, offers, 'tool_choice') };
    case 'any':
      return { offers, choice: { kind: 'any' } };
    default:
      throw notListed('tool_choice.type', ['function', 'custom', 'allowed_tools'], type);
  }
}

/** Chat nests what a choice names in a field called like its type; the Responses API has it flat. */
function nestedOrFlat(
  choice: Record<string, unknown>,
  type: string,
  field: string,
  offers: readonly ToolOffer[],
): [choice: unknown, offers: readonly ToolOffer[], param: string] {
  const isFlat = choice[type] === undefined && choice[field] !== undefined;
  return isFlat ? [choice, offers, 'tool_choice'] : [choice[type], offers, `tool_choice.${type}`];
}

/** The deprecated `function_call` of a request: none, auto, or the name of a function. */
export function readFunctionChoice(choice: unknown, offers: readonly ToolOffer[]): ToolChoiceWish {
  if (choice === undefined || choice === null || choice === 'auto') return { kind: 'auto' };
  if (choice === 'none') return { kind: 'none' };
  if (typeof choice === 'string') throw unsupportedValue('function_call', ['none', 'auto'], choice);
  return namedChoice(choice, offers, 'function_call');
}

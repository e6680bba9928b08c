import { badRequest } from '../../errors.ts';
import type { ToolChoiceWish } from './tool-choice.ts';
import { isRecord } from './tool-input.ts';
import type { ToolOffer } from './tools.ts';

/** A choice with the tools that may be called: `allowed_tools` leaves some of the offered ones out. */
export interface OfferedChoice {
  offers: readonly ToolOffer[];
  choice: ToolChoiceWish;
}

/** The offered tool that a choice names by its `name`; 400 for any other. */
export function namedChoice(tool: unknown, offers: readonly ToolOffer[], param: string): ToolChoiceWish {
  return { kind: 'named', name: offeredName(tool, new Set(offers.map(({ name }) => name)), param) };
}

function offeredName(tool: unknown, offered: ReadonlySet<string>, param: string): string {
  const name = isRecord(tool) ? tool['name'] : undefined;
  if (typeof name === 'string' && offered.has(name)) return name;
  throw badRequest('This names none of the tools that are given.', `${param}.name`);
}

/** `allowed_tools`: `{ mode, tools }`, each tool by its name, in either nesting of OpenAI's. */
export function allowedChoice(allowed: unknown, offers: readonly ToolOffer[], param: string): OfferedChoice {
  if (!isRecord(allowed) || !Array.isArray(allowed['tools']))
    throw badRequest('tools must be a list.', `${param}.tools`);
  const offered = new Set(offers.map(({ name }) => name));
  const names = new Set<string>();
  for (const [index, tool] of (allowed['tools'] as unknown[]).entries()) {
    const entry = isRecord(tool) ? (tool['function'] ?? tool['custom'] ?? tool) : undefined;
    names.add(offeredName(entry, offered, `${param}.tools[${index}]`));
  }
  if (names.size === 0) return { offers, choice: { kind: 'none' } };
  const kept = offers.filter(({ name }) => names.has(name));
  switch (allowed['mode']) {
    case 'auto':
      return { offers: kept, choice: { kind: 'auto' } };
    case 'required':
      return { offers: kept, choice: { kind: 'any' } };
    default:
      throw badRequest('mode must be auto or required.', `${param}.mode`);
  }
}

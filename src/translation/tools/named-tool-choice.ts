import { badRequest, type GatewayError } from '../../errors/errors.ts';
import { invalidType, notArray, notListed, notObject, notText, unsupportedValue } from '../../limits/field-errors.ts';
import type { ToolChoiceOptions } from './tool-choice.ts';
import type { ToolDefinition } from './tools.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** A choice with the tools that may be called: `allowed_tools` leaves some of the offered ones out. */
export interface ToolChoiceWithTools {
  offers: readonly ToolDefinition[];
  choice: ToolChoiceOptions;
}

/** Characters of a name that an error repeats. */
const LONGEST_QUOTE = 64;

/** Returns the 400 for a `tool_choice` of another type, or for another string. */
export function foreignChoice(choice: unknown): GatewayError {
  const param = 'tool_choice';
  if (typeof choice === 'string') return unsupportedValue(param, ['none', 'auto', 'required'], choice);
  return invalidType(param, 'one of a string or an object', choice);
}

/** Returns the 400 for a choice that needs tools in a request without any. */
export function choiceWithoutTools(): GatewayError {
  return badRequest("'tool_choice' is only allowed when 'tools' are specified.", 'tool_choice');
}

/** The offered tool that a choice names by its `name`; 400 for any other. */
export function findNamedTool(tool: unknown, offers: readonly ToolDefinition[], param: string): ToolChoiceOptions {
  return { kind: 'named', name: offeredName(tool, new Set(offers.map(({ name }) => name)), param) };
}

function offeredName(tool: unknown, offered: ReadonlySet<string>, param: string): string {
  const name = isRecord(tool) ? tool['name'] : undefined;
  if (typeof name === 'string' && offered.has(name)) return name;
  if (typeof name !== 'string') throw notText(`${param}.name`, name);
  throw badRequest(
    `Tool ${JSON.stringify(name.slice(0, LONGEST_QUOTE))} not found in the tools of the request.`,
    `${param}.name`,
    'invalid_value',
  );
}

/** Where chat has the name of an allowed tool. */
const NESTED = ['function', 'custom'] as const;

/** `allowed_tools`: `{ mode, tools }`, each tool by its name, in either nesting of OpenAI's. */
export function readAllowedTools(
  allowed: unknown,
  offers: readonly ToolDefinition[],
  param: string,
): ToolChoiceWithTools {
  if (!isRecord(allowed)) throw notObject(param, allowed);
  if (!Array.isArray(allowed['tools'])) throw notArray(`${param}.tools`, allowed['tools']);
  const offered = new Set(offers.map(({ name }) => name));
  const names = new Set<string>();
  for (const [index, tool] of (allowed['tools'] as unknown[]).entries()) {
    const nested = isRecord(tool) ? NESTED.find((kind) => tool[kind] !== undefined && tool[kind] !== null) : undefined;
    const path = `${param}.tools[${index}]`;
    if (!isRecord(tool)) throw invalidType(path, 'an object', tool);
    names.add(nested ? offeredName(tool[nested], offered, `${path}.${nested}`) : offeredName(tool, offered, path));
  }
  if (names.size === 0) return { offers, choice: { kind: 'none' } };
  const kept = offers.filter(({ name }) => names.has(name));
  switch (allowed['mode']) {
    case 'auto':
      return { offers: kept, choice: { kind: 'auto' } };
    case 'required':
      return { offers: kept, choice: { kind: 'any' } };
    default:
      throw notListed(`${param}.mode`, ['auto', 'required'], allowed['mode']);
  }
}

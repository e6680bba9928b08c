import { badRequest, type GatewayError } from '../../errors/errors.ts';
import { invalidType, notArray, notListed, notObject, notText, unsupportedValue } from '../../limits/field-errors.ts';
import type { ToolChoiceOptions } from './tool-choice.ts';
import type { ToolDefinition } from './tools.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** A tool choice and the tools that the model may call. `allowed_tools` excludes some of the offered ones. */
export interface ToolChoiceWithTools {
  offers: readonly ToolDefinition[];
  choice: ToolChoiceOptions;
}

/** Maximum characters of a client's name in an error message. */
const MAX_NAME_IN_ERROR = 64;

/**
 * Reads the choices that both of OpenAI's APIs have as a string. `readObject` reads a choice that is an object. Throws
 * GatewayError 400 with `param` for an invalid choice, and for a choice without tools.
 */
export function readOpenAiToolChoice(
  choice: unknown,
  offers: readonly ToolDefinition[],
  readObject: (choice: Record<string, unknown>, offers: readonly ToolDefinition[]) => ToolChoiceWithTools,
): ToolChoiceWithTools {
  if (choice === 'none') return { offers, choice: { kind: 'none' } };
  if (choice === 'auto') return { offers, choice: { kind: 'auto' } };
  if (choice !== 'required' && !isRecord(choice)) throw invalidToolChoice(choice);
  if (offers.length === 0) throw choiceWithoutTools();
  if (choice === 'required') return { offers, choice: { kind: 'any' } };
  return readObject(choice, offers);
}

/** Creates GatewayError 400 for a `tool_choice` of another type, or an unknown string. */
function invalidToolChoice(choice: unknown): GatewayError {
  const param = 'tool_choice';
  if (typeof choice === 'string') return unsupportedValue(param, ['none', 'auto', 'required'], choice);
  return invalidType(param, 'one of a string or an object', choice);
}

/** Creates GatewayError 400 for a choice that requires tools in a request without tools. */
export function choiceWithoutTools(): GatewayError {
  return badRequest("'tool_choice' is only allowed when 'tools' are specified.", 'tool_choice');
}

/** Returns the choice of the offered tool that `tool.name` names. Throws GatewayError 400 for any other name. */
export function findNamedTool(tool: unknown, offers: readonly ToolDefinition[], param: string): ToolChoiceOptions {
  return { kind: 'named', name: offeredName(tool, new Set(offers.map(({ name }) => name)), param) };
}

function offeredName(tool: unknown, offered: ReadonlySet<string>, param: string): string {
  const name = isRecord(tool) ? tool['name'] : undefined;
  if (typeof name === 'string' && offered.has(name)) return name;
  if (typeof name !== 'string') throw notText(`${param}.name`, name);
  throw badRequest(
    `Tool ${JSON.stringify(name.slice(0, MAX_NAME_IN_ERROR))} not found in the tools of the request.`,
    `${param}.name`,
    'invalid_value',
  );
}

/** Fields that contain the name of an allowed tool on chat. */
const NESTED = ['function', 'custom'] as const;

/**
 * Reads `allowed_tools`: `{ mode, tools }`. Each tool is given by its name, nested or flat as in OpenAI's APIs. Throws
 * GatewayError 400 for invalid values.
 */
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

import type { ModelRules } from '../../../../models/types/model.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { mayBeObject } from '../../../tools/tool-definitions.ts';
import { MAX_CLAUDE_NAME_LENGTH, ToolNameMap } from '../../../tools/tool-names.ts';
import { fitToolSchema, withFitNames } from '../../../tool-schemas/fit-schema.ts';
import type { PropertyNames } from '../../../tool-schemas/property-names.ts';
import type { RenamedInMessages } from '../answer/messages-restored.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord, asRecordList, isRecord } from '../../../../wire/json/json-fields.ts';

/** A request with names and schemas that Claude accepts. */
export interface FitMessages {
  body: JsonObject;
  /** Absent if no name was replaced for the model. */
  renamed?: RenamedInMessages;
}

/**
 * Fixes tool definitions with which Claude would reject every request of a session: names of tools and properties,
 * schemas of older drafts, repeated tools.
 */
export function withFitSchemas(body: JsonObject, rules: ModelRules, adjustments: Adjustments): FitMessages {
  const answer = withFitFormat(body, rules, adjustments);
  const tools = asRecordList(body['tools']);
  if (tools.length === 0) {
    if (!answer.names) return { body };
    const renamed = { tools: new Map<string, PropertyNames>(), toolNames: new ToolNameMap([]), answer: answer.names };
    return { body: answer.body, renamed };
  }
  const toolNames = toolNamesIn(body);
  const properties = new Map<string, PropertyNames>();
  const fittedTools = withoutRepeatedTools(tools, adjustments).map((tool) => {
    const { tool: fitted, names } = fitTool(tool, rules, adjustments);
    const name = asRecord(tool)['name'];
    if (typeof name !== 'string') return fitted;
    const sent = toolNames.toBedrock(name);
    if (names) properties.set(sent, names);
    return sent === name ? fitted : { ...asRecord(fitted), name: sent };
  });
  const isSame = fittedTools.length === tools.length && fittedTools.every((tool, index) => tool === tools[index]);
  const withTools = isSame ? answer.body : { ...answer.body, tools: fittedTools };
  if (toolNames.renamesAny) adjustments.changed('tools.name', 'renamed');
  else if (properties.size === 0 && !answer.names) return { body: withTools };
  const renamed = { tools: properties, toolNames, ...(answer.names && { answer: answer.names }) };
  return { body: withNamesInCalls(withTools, renamed), renamed };
}

function toolNamesIn({ tools, messages }: JsonObject): ToolNameMap {
  const blocks = asRecordList(messages).flatMap((message) => asRecordList(asRecord(message)['content']));
  const calls = blocks.filter((block) => asRecord(block)['type'] === 'tool_use');
  const names = [...asRecordList(tools), ...calls].flatMap((each) => {
    const { name } = asRecord(each);
    return typeof name === 'string' ? [name] : [];
  });
  return new ToolNameMap(names, MAX_CLAUDE_NAME_LENGTH);
}

/**
 * Removes repeated tools. "tools: Tool names must be unique." Different tools with one name stay, so that the model
 * rejects them.
 */
function withoutRepeatedTools(tools: readonly unknown[], adjustments: Adjustments): readonly unknown[] {
  const names = tools.map((tool) => asRecord(tool)['name']);
  if (new Set(names).size === tools.length) return tools;
  const seen = new Set<string>();
  const others = tools.filter((tool) => {
    const text = JSON.stringify(tool);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
  if (others.length < tools.length) adjustments.changed('tools', 'duplicates_dropped');
  return others;
}

function fitTool(tool: unknown, rules: ModelRules, adjustments: Adjustments): { tool: unknown; names?: PropertyNames } {
  const { input_schema: original, input_examples: examples, ...rest } = asRecord(tool);
  if (!isRecord(original)) return { tool };
  const typed =
    original['type'] !== 'object' && mayBeObject(original['type']) ? { ...original, type: 'object' } : original;
  if (typed !== original) adjustments.changed('tools.input_schema', 'type_object_added');
  const { schema, names } = fitToolSchema(typed, rules, 'tools.input_schema', adjustments);
  if (schema === original) return { tool };
  const renamedExamples = names ? names.toModelKeys(examples) : examples;
  return {
    tool: { ...rest, input_schema: schema, ...(examples !== undefined && { input_examples: renamedExamples }) },
    ...(names && { names }),
  };
}

function withFitFormat(
  body: JsonObject,
  rules: ModelRules,
  adjustments: Adjustments,
): { body: JsonObject; names?: PropertyNames } {
  const config = asRecord(body['output_config']);
  const format = asRecord(config['format']);
  const { schema: original } = format;
  if (!isRecord(original)) return { body };
  const { schema, names } = withFitNames(original, rules, 'output_config.format.schema', adjustments);
  if (!names) return { body };
  return { body: { ...body, output_config: { ...config, format: { ...format, schema } } }, names };
}

/** Replaces names in the calls of the history, so that the model receives its calls as it made them. */
function withNamesInCalls(body: JsonObject, { tools, toolNames }: RenamedInMessages): JsonObject {
  const messages = asRecordList(body['messages']).map((message) => {
    const blocks = asRecord(message)['content'];
    if (!asRecordList(blocks).some((block) => asRecord(block)['type'] === 'tool_use')) return message;
    const content = asRecordList(blocks).map((block) => {
      const { type, name, input } = asRecord(block);
      if (type !== 'tool_use' || typeof name !== 'string') return block;
      const sent = toolNames.toBedrock(name);
      const names = tools.get(sent);
      return { ...asRecord(block), name: sent, input: names ? names.toModelKeys(input) : input };
    });
    return { ...asRecord(message), content };
  });
  const choice = asRecord(body['tool_choice']);
  const { name } = choice;
  return {
    ...body,
    messages,
    ...(typeof name === 'string' && { tool_choice: { ...choice, name: toolNames.toBedrock(name) } }),
  };
}

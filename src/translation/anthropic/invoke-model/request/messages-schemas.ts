import type { ModelRules } from '../../../../models/types/model.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { mayBeObject } from '../../../tools/tool-definitions.ts';
import { LONGEST_CLAUDE_NAME, ToolNameMap } from '../../../tools/tool-names.ts';
import { fitToolSchema, withFitNames } from '../../../tool-schemas/fit-schema.ts';
import type { PropertyNames } from '../../../tool-schemas/property-names.ts';
import type { RenamedInMessages } from '../answer/messages-restored.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord, asRecordList, isRecord } from '../../../../wire/json/json-fields.ts';

/** A request with names and schemas as Claude accepts them. */
export interface FitMessages {
  body: JsonObject;
  /** Absent where the model knows everything by the client's names. */
  renamed?: RenamedInMessages;
}

/**
 * Repairs what would make Claude refuse every request of a session because of one tool: names of tools and properties,
 * schemas of older drafts, and a tool that is defined twice.
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
  const fit = distinct(tools, adjustments).map((tool) => {
    const { tool: fitted, names } = fitTool(tool, rules, adjustments);
    const name = asRecord(tool)['name'];
    if (typeof name !== 'string') return fitted;
    const sent = toolNames.toBedrock(name);
    if (names) properties.set(sent, names);
    return sent === name ? fitted : { ...asRecord(fitted), name: sent };
  });
  const isSame = fit.length === tools.length && fit.every((tool, index) => tool === tools[index]);
  const offered = isSame ? answer.body : { ...answer.body, tools: fit };
  if (toolNames.renamesAny) adjustments.changed('tools.name', 'renamed');
  else if (properties.size === 0 && !answer.names) return { body: offered };
  const renamed = { tools: properties, toolNames, ...(answer.names && { answer: answer.names }) };
  return { body: withNamesInCalls(offered, renamed), renamed };
}

function toolNamesIn({ tools, messages }: JsonObject): ToolNameMap {
  const blocks = asRecordList(messages).flatMap((message) => asRecordList(asRecord(message)['content']));
  const calls = blocks.filter((block) => asRecord(block)['type'] === 'tool_use');
  const names = [...asRecordList(tools), ...calls].flatMap((each) => {
    const { name } = asRecord(each);
    return typeof name === 'string' ? [name] : [];
  });
  return new ToolNameMap(names, LONGEST_CLAUDE_NAME);
}

/** "tools: Tool names must be unique." Two different tools of one name are the model's to refuse. */
function distinct(tools: readonly unknown[], adjustments: Adjustments): readonly unknown[] {
  const names = tools.map((tool) => asRecord(tool)['name']);
  if (new Set(names).size === tools.length) return tools;
  const kept = new Set<string>();
  const others = tools.filter((tool) => {
    const text = JSON.stringify(tool);
    if (kept.has(text)) return false;
    kept.add(text);
    return true;
  });
  if (others.length < tools.length) adjustments.changed('tools', 'duplicates_dropped');
  return others;
}

function fitTool(tool: unknown, rules: ModelRules, adjustments: Adjustments): { tool: unknown; names?: PropertyNames } {
  const { input_schema: given, input_examples: examples, ...rest } = asRecord(tool);
  if (!isRecord(given)) return { tool };
  const typed = given['type'] !== 'object' && mayBeObject(given['type']) ? { ...given, type: 'object' } : given;
  if (typed !== given) adjustments.changed('tools.input_schema', 'type_object_added');
  const { schema, names } = fitToolSchema(typed, rules, 'tools.input_schema', adjustments);
  if (schema === given) return { tool };
  const shown = names ? names.inModelWords(examples) : examples;
  return {
    tool: { ...rest, input_schema: schema, ...(examples !== undefined && { input_examples: shown }) },
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
  const { schema: given } = format;
  if (!isRecord(given)) return { body };
  const { schema, names } = withFitNames(given, rules, 'output_config.format.schema', adjustments);
  if (!names) return { body };
  return { body: { ...body, output_config: { ...config, format: { ...format, schema } } }, names };
}

/** The model sees its calls as it made them. */
function withNamesInCalls(body: JsonObject, { tools, toolNames }: RenamedInMessages): JsonObject {
  const messages = asRecordList(body['messages']).map((message) => {
    const blocks = asRecord(message)['content'];
    if (!asRecordList(blocks).some((block) => asRecord(block)['type'] === 'tool_use')) return message;
    const content = asRecordList(blocks).map((block) => {
      const { type, name, input } = asRecord(block);
      if (type !== 'tool_use' || typeof name !== 'string') return block;
      const sent = toolNames.toBedrock(name);
      const names = tools.get(sent);
      return { ...asRecord(block), name: sent, input: names ? names.inModelWords(input) : input };
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

import type { ContentBlock, ConverseAnswer, ConverseMessage } from '../../wire/converse.ts';
import { withClientKeys } from './streamed-key-renamer.ts';
import type { PropertyNames } from './property-names.ts';

/** Renamed properties of a request. */
export interface RenamedProperties {
  /** By Bedrock's name of the tool. */
  tools: ReadonlyMap<string, PropertyNames>;
  /** For JSON output as text; absent if the answer is not JSON, or has no renamed property. */
  answer?: PropertyNames;
}

/** Returns undefined if no property is renamed, which is the case for nearly every request. */
export function renamedProperties(
  tools: ReadonlyMap<string, PropertyNames>,
  answer: PropertyNames | undefined,
): RenamedProperties | undefined {
  return tools.size === 0 && answer === undefined ? undefined : { tools, ...(answer && { answer }) };
}

/**
 * Returns the turns with the model's property names in the inputs of tool calls, so that the model receives its calls
 * as it made them.
 */
export function withModelNames(
  turns: readonly ConverseMessage[],
  tools: ReadonlyMap<string, PropertyNames>,
): readonly ConverseMessage[] {
  if (tools.size === 0) return turns;
  return turns.map((turn) => {
    if (!turn.content?.some(({ toolUse }) => toolUse && tools.has(toolUse.name ?? ''))) return turn;
    return { ...turn, content: turn.content.map((block) => withModelInput(block, tools)) };
  });
}

function withModelInput(block: ContentBlock, tools: ReadonlyMap<string, PropertyNames>): ContentBlock {
  const names = tools.get(block.toolUse?.name ?? '');
  return names && block.toolUse
    ? { toolUse: { ...block.toolUse, input: names.toModelKeys(block.toolUse.input) } }
    : block;
}

/** Returns a whole answer with the client's property names. */
export function withClientNames(answer: ConverseAnswer, { tools, answer: text }: RenamedProperties): ConverseAnswer {
  const message = answer.output?.message;
  if (!message?.content) return answer;
  const content = message.content.map((block): ContentBlock => {
    const names = tools.get(block.toolUse?.name ?? '');
    if (names && block.toolUse)
      return { toolUse: { ...block.toolUse, input: names.toClientKeys(block.toolUse.input) } };
    return text && block.text !== undefined ? { text: withClientKeys(block.text, text) } : block;
  });
  return { ...answer, output: { message: { ...message, content } } };
}

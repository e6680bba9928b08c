import type { ContentBlock, ConverseAnswer, ConverseMessage } from '../../wire/converse.ts';
import { withClientKeys } from './key-stream.ts';
import type { PropertyNames } from './property-names.ts';

/** The properties of a request that the model knows by other names. */
export interface RenamedProperties {
  /** By the name that Bedrock knows the tool by. */
  tools: ReadonlyMap<string, PropertyNames>;
  /** Of an answer in JSON that is text; absent where it has none. */
  answer?: PropertyNames;
}

/** Returns undefined where no property has another name, as in nearly every request. */
export function renamedProperties(
  tools: ReadonlyMap<string, PropertyNames>,
  answer: PropertyNames | undefined,
): RenamedProperties | undefined {
  return tools.size === 0 && answer === undefined ? undefined : { tools, ...(answer && { answer }) };
}

/** Returns the turns with the model's names in the inputs of calls, so that the model sees the calls as it made them. */
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
    ? { toolUse: { ...block.toolUse, input: names.inModelWords(block.toolUse.input) } }
    : block;
}

/** Returns a whole answer with the client's names. */
export function withClientNames(answer: ConverseAnswer, { tools, answer: text }: RenamedProperties): ConverseAnswer {
  const message = answer.output?.message;
  if (!message?.content) return answer;
  const content = message.content.map((block): ContentBlock => {
    const names = tools.get(block.toolUse?.name ?? '');
    if (names && block.toolUse)
      return { toolUse: { ...block.toolUse, input: names.inClientWords(block.toolUse.input) } };
    return text && block.text !== undefined ? { text: withClientKeys(block.text, text) } : block;
  });
  return { ...answer, output: { message: { ...message, content } } };
}

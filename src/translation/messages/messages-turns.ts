import { badRequest } from '../../errors.ts';
import type { Adjustments } from '../converse/adjustments.ts';
import { type Fields, fieldsOf, listOf } from './messages-wire.ts';

/**
 * The conversation as Bedrock takes it: instructions at the top only, and roles that alternate. Anthropic's own API
 * joins neighbours of one role and takes instructions in between.
 */
export function withTurns(body: Fields, adjustments: Adjustments): Fields {
  const messages = listOf(body['messages']);
  const instructions = messages.filter((message) => roleOf(message) === 'system');
  const spoken = instructions.length === 0 ? messages : messages.filter((message) => roleOf(message) !== 'system');
  const isMixed = spoken.some((message, index) => index > 0 && roleOf(message) === roleOf(spoken[index - 1]));
  if (instructions.length === 0 && !isMixed) return body;
  if (isMixed) adjustments.changed('messages', 'merged');
  if (instructions.length === 0) return { ...body, messages: joined(spoken) };
  adjustments.changed('messages.role', 'system_to_top');
  const added = instructions.flatMap((message) => blocksOf(fieldsOf(message)['content']));
  return {
    ...body,
    system: [...blocksOf(body['system']), ...added.map(instruction)],
    messages: isMixed ? joined(spoken) : spoken,
  };
}

function roleOf(message: unknown): unknown {
  return fieldsOf(message)['role'];
}

function joined(messages: readonly unknown[]): unknown[] {
  const groups: unknown[][] = [];
  for (const message of messages) {
    const group = groups.at(-1);
    if (group !== undefined && roleOf(group[0]) === roleOf(message)) group.push(message);
    else groups.push([message]);
  }
  return groups.map((group) => {
    const [first, ...others] = group;
    if (others.length === 0) return first;
    const blocks = group.flatMap((message) => blocksOf(fieldsOf(message)['content']));
    return { ...fieldsOf(first), content: resultsFirst(blocks) };
  });
}

/** Results of tools stand before everything else in their turn (Anthropic, tool use); otherwise the order stays. */
function resultsFirst(blocks: readonly unknown[]): unknown[] {
  const isResult = (block: unknown): boolean => fieldsOf(block)['type'] === 'tool_result';
  return [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))];
}

function blocksOf(content: unknown): readonly unknown[] {
  if (typeof content !== 'string') return listOf(content);
  return content === '' ? [] : [{ type: 'text', text: content }];
}

/** At the top there is only text. */
function instruction(block: unknown): unknown {
  const { type } = fieldsOf(block);
  if (type === 'text') return block;
  throw badRequest('A message of the role system may hold text only.', 'messages', 'unsupported_parameter');
}

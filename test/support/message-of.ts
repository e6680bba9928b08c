/** JSON whose shape the expectations state. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

/**
 * What Anthropic's clients put together from the events of a stream; throws where the events are not in order: blocks
 * begin with the next number, get their pieces while they are open, and end before the next one.
 */
export function messageOf(events: readonly string[]): Loose {
  const [first, ...others] = events.map((event) => JSON.parse(event) as Loose);
  if (first?.type !== 'message_start') throw new Error('The stream has no beginning.');
  const { message } = first;
  let open: { block: Loose; json: string } | undefined;
  for (const event of others) {
    const { type, index, delta } = event;
    const isBlocks = type.startsWith('content_block');
    if (isBlocks && index !== message.content.length - (open ? 1 : 0))
      throw new Error(`Out of order: ${type} ${index}`);
    if (isBlocks && (open === undefined) !== (type === 'content_block_start')) throw new Error(`Not open: ${type}`);
    if (type === 'content_block_start') {
      open = { block: event.content_block, json: '' };
      message.content.push(open.block);
    } else if (type === 'content_block_delta' && open) add(open, delta);
    else if (type === 'content_block_stop' && open) {
      if (open.json !== '') open.block.input = parsed(open.json);
      open = undefined;
    } else if (type === 'message_delta') {
      const { type: _, delta, ...rest } = event;
      Object.assign(message, delta, rest);
    } else if (type !== 'message_stop') throw new Error(`Not known: ${type}`);
  }
  if (open || others.at(-1)?.type !== 'message_stop') throw new Error('The stream has no end.');
  return message;
}

function add(open: { block: Loose; json: string }, delta: Loose): void {
  const { block } = open;
  if (delta.type === 'text_delta' && block.type === 'text') block.text += delta.text;
  else if (delta.type === 'thinking_delta' && block.type === 'thinking') block.thinking += delta.thinking;
  else if (delta.type === 'signature_delta' && block.type === 'thinking') block.signature += delta.signature;
  else if (delta.type === 'input_json_delta' && block.type === 'tool_use') open.json += delta.partial_json;
  else throw new Error(`A ${delta.type} in a ${block.type}`);
}

/** What the limit of tokens cut short is no JSON. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

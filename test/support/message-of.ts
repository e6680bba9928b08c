/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

/**
 * Assembles a message from the events of a stream as Anthropic's clients do. Throws if the events are out of order: a
 * block has the next index, receives deltas while it is open, and ends before the next block.
 */
export function messageOf(events: readonly string[]): Loose {
  const [first, ...others]: Loose[] = events.map((event) => JSON.parse(event));
  if (first?.type !== 'message_start') throw new Error('The stream has no beginning.');
  const { message } = first;
  let open: OpenBlock | undefined;
  for (const event of others) {
    if (event.type.startsWith('content_block')) open = afterBlockEvent(message, open, event);
    else if (event.type === 'message_delta') Object.assign(message, event.delta, { ...event, type: 'message' });
    else if (event.type !== 'message_stop') throw new Error(`Unknown event: ${event.type}`);
  }
  if (open || others.at(-1)?.type !== 'message_stop') throw new Error('The stream has no end.');
  delete message.delta;
  return message;
}

interface OpenBlock {
  block: Loose;
  json: string;
}

/** Returns the block that is open after the event. */
function afterBlockEvent(message: Loose, open: OpenBlock | undefined, event: Loose): OpenBlock | undefined {
  const { type, index, delta, content_block: block } = event;
  if (index !== message.content.length - (open ? 1 : 0)) throw new Error(`Out of order: ${type} ${index}`);
  if ((open === undefined) !== (type === 'content_block_start')) throw new Error(`Not open: ${type}`);
  if (!open) {
    message.content.push(block);
    return { block, json: '' };
  }
  if (type === 'content_block_delta') {
    add(open, delta);
    return open;
  }
  if (open.json !== '') open.block.input = parsed(open.json);
  return undefined;
}

function add(open: OpenBlock, delta: Loose): void {
  const { block } = open;
  if (delta.type === 'text_delta' && block.type === 'text') block.text += delta.text;
  else if (delta.type === 'thinking_delta' && block.type === 'thinking') block.thinking += delta.thinking;
  else if (delta.type === 'signature_delta' && block.type === 'thinking') block.signature += delta.signature;
  else if (delta.type === 'input_json_delta' && block.type === 'tool_use') open.json += delta.partial_json;
  else throw new Error(`A ${delta.type} in a ${block.type}`);
}

/** Returns the parsed arguments, or the text if the token limit truncated the JSON. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

/**
 * Ways in which clients store messages: each receives the gateway's message and returns what it sends with the next
 * request.
 */

export interface Call {
  id: string;
  type: string;
  function: { name: string; arguments: string };
}

export interface Message {
  role: string;
  content?: unknown;
  tool_calls?: Call[];
  tool_call_id?: string;
  reasoning_content?: string;
  thinking_blocks?: Block[];
  [more: string]: unknown;
}

type Block = { type: 'thinking'; thinking: string; signature: string } | { type: 'redacted_thinking'; data: string };

export interface Client {
  /** Returns the messages that the client makes of an answer and the results of its calls. */
  remember(answer: Message, results: Message[]): Message[];
  /** True if thinking of turns with calls must reach the model again. */
  keepsIds: boolean;
  /** True if the client sends its calls in another order, with their thinking. */
  reorders?: true;
}

/** Keeps only the fields of OpenAI's own types. */
function known({ role, content, tool_calls }: Message): Message {
  return { role, content, ...(tool_calls && { tool_calls }) };
}

function reserialized(calls: Call[] | undefined): Call[] | undefined {
  return calls?.map((call) => ({
    ...call,
    function: { ...call.function, arguments: JSON.stringify(JSON.parse(call.function.arguments), null, 1) },
  }));
}

/** Changes an id consistently in calls and results. */
function renamed(id: string | undefined): string {
  return `call_${(id ?? '').slice(-6)}`;
}

function detail(block: Block, index: number): object {
  return block.type === 'thinking'
    ? { type: 'reasoning.text', text: block.thinking, signature: block.signature, index, format: 'anthropic-claude-v1' }
    : { type: 'reasoning.encrypted', data: block.data, index };
}

export const CLIENTS: Readonly<Record<string, Client>> = {
  'echoes everything': { keepsIds: true, remember: (answer, results) => [answer, ...results] },
  'strips unknown fields': { keepsIds: true, remember: (answer, results) => [known(answer), ...results] },
  'is like LangChain': {
    keepsIds: true,
    remember: (answer, results) => [
      { role: 'assistant', content: answer.content ?? '', tool_calls: reserialized(answer.tool_calls) },
      ...results.map((result) => ({ ...result, name: 'tool' })),
    ],
  },
  'is like the Vercel AI SDK': {
    keepsIds: true,
    remember: ({ role, content, reasoning_content, tool_calls }, results) => [
      { role, content: content ?? '', reasoning_content, tool_calls: reserialized(tool_calls) },
      ...results,
    ],
  },
  'puts thinking into the content': {
    keepsIds: true,
    remember: ({ role, content, thinking_blocks, tool_calls }, results) => [
      {
        role,
        content: [...(thinking_blocks ?? []), ...(content ? [{ type: 'text', text: content }] : [])],
        ...(tool_calls && { tool_calls }),
      },
      ...results,
    ],
  },
  "uses OpenRouter's fields": {
    keepsIds: true,
    remember: (answer, results) => [
      { ...known(answer), reasoning_details: answer.thinking_blocks?.map(detail) },
      ...results,
    ],
  },
  'reorders calls and results': {
    keepsIds: true,
    reorders: true,
    remember: (answer, results) => [
      { ...known(answer), ...(answer.tool_calls && { tool_calls: answer.tool_calls.toReversed() }) },
      ...results.toReversed(),
    ],
  },
  'drops the text': {
    keepsIds: true,
    remember: (answer, results) => [{ ...answer, ...(answer.tool_calls && { content: null }) }, ...results],
  },
  'splits and merges messages': {
    keepsIds: true,
    remember: (answer, results) => [
      { role: 'assistant', content: answer.content ?? '' },
      ...(answer.tool_calls ?? []).map((call) => ({ role: 'assistant', content: null, tool_calls: [call] })),
      ...results,
    ],
  },
  'renames ids': {
    keepsIds: false,
    remember: (answer, results) => [
      {
        ...known(answer),
        ...(answer.tool_calls && { tool_calls: answer.tool_calls.map((call) => ({ ...call, id: renamed(call.id) })) }),
      },
      ...results.map((result) => ({ ...result, tool_call_id: renamed(result.tool_call_id) })),
    ],
  },
  'loses some results': { keepsIds: true, remember: (answer, results) => [known(answer), ...results.slice(1)] },
};

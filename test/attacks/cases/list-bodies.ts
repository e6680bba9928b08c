/** A body with one list that is much longer than any client needs. */
export interface ListBody {
  /** Name of the list, for the report. */
  list: string;
  path: string;
  /** JSON text with this number of entries. */
  body: (entries: number) => string;
  /** Maximum number of entries to try; default: as many as fit into the body limit, up to a million. */
  most?: number;
}

const CHAT = '/v1/chat/completions';
const COMPLETIONS = '/v1/completions';
const RESPONSES = '/v1/responses';
const MESSAGES = '/v1/messages';
const HAIKU = '"model":"claude-haiku-4-5","max_tokens":100';
const NOVA = '"model":"nova-pro","max_tokens":100';
const MODEL = '"model":"claude-haiku-4-5"';
const ASKED = '"messages":[{"role":"user","content":"Hi"}]';

/** Returns a JSON list; `entry` receives the index of the entry. */
function list(entries: number, entry: string | ((index: number) => string)): string {
  if (typeof entry === 'string') return `[${`${entry},`.repeat(Math.max(0, entries - 1))}${entry}]`;
  return `[${Array.from({ length: entries }, (_, index) => entry(index)).join(',')}]`;
}

function object(entries: number, value: string): string {
  return `{${Array.from({ length: entries }, (_, index) => `"f${index}":${value}`).join(',')}}`;
}

function chat(list: string, fields: (entries: number) => string, most?: number): ListBody {
  return { list, path: CHAT, body: (entries) => `{${HAIKU},${fields(entries)}}`, ...(most && { most }) };
}

function user(content: string): string {
  return `"messages":[{"role":"user","content":${content}}]`;
}

const TEXT = '{"type":"text","text":"a"}';
const CALL = (index: number): string => `{"id":"c${index}","type":"function","function":{"name":"f","arguments":"{}"}}`;
const SAME_CALL = '{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}';
const CHAT_TOOL = (index: number): string =>
  `{"type":"function","function":{"name":"f${index}","parameters":{"type":"object","properties":{}}}}`;
const PDF = 'JVBERi0xLjQK';
/** Builds a file part with a name of the maximum length that Bedrock accepts. The second name of each pair needs a number. */
const FILE = (index: number): string =>
  `{"type":"file","file":{"filename":"${'n'.repeat(192)}${String(index >> 1).padStart(8, '0')}.pdf","file_data":"${PDF}"}}`;

const CHAT_BODIES: readonly ListBody[] = [
  chat('messages of one role', (n) => `"messages":${list(n, '{"role":"user","content":"a"}')}`),
  chat(
    'messages of two roles',
    (n) => `"messages":${list(n >> 1, '{"role":"user","content":"a"},{"role":"assistant","content":"b"}')}`,
  ),
  chat('system messages', (n) => `"messages":${list(n, '{"role":"system","content":"a"}')}`),
  chat('content parts', (n) => user(list(n, TEXT))),
  chat('blank content parts', (n) => user(list(n, '{"type":"text","text":""}'))),
  chat('marked content parts', (n) => user(list(n, '{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}'))),
  chat(
    'system parts',
    (n) => `"messages":[{"role":"system","content":${list(n, TEXT)}},{"role":"user","content":"a"}]`,
  ),
  chat('file parts with long names', (n) => user(list(n, FILE))),
  chat('image parts by URL', (n) => user(list(n, '{"type":"image_url","image_url":{"url":"https://a.b/c"}}'))),
  chat(
    'tool calls',
    (n) => `"messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":${list(n, CALL)}}]`,
  ),
  chat(
    'tool calls with one id',
    (n) => `"messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":${list(n, SAME_CALL)}}]`,
  ),
  chat(
    'results without calls',
    (n) => `"messages":${list(n, '{"role":"tool","tool_call_id":"c","content":"a"},{"role":"user","content":"b"}')}`,
  ),
  chat(
    'thinking blocks',
    (n) =>
      `"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","thinking_blocks":${list(n, '{"type":"thinking","thinking":"a","signature":"b"}')}},{"role":"user","content":"c"}]`,
  ),
  chat(
    'reasoning details',
    (n) =>
      `"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","reasoning_details":${list(n, '{"type":"reasoning.text","text":"a","signature":"b"}')}},{"role":"user","content":"c"}]`,
  ),
  chat('tools', (n) => `${ASKED},"tools":${list(n, CHAT_TOOL)}`),
  chat('tools with one name', (n) => `${ASKED},"tools":${list(n, CHAT_TOOL(0))}`),
  chat('functions', (n) => `${ASKED},"functions":${list(n, (index) => `{"name":"f${index}"}`)}`),
  chat(
    'allowed tools',
    (n) =>
      `${ASKED},"tools":${list(n, CHAT_TOOL)},"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":${list(n, CHAT_TOOL)}}}`,
    10_000,
  ),
  chat('alternatives of a tool', (n) => {
    const names = Math.floor(Math.sqrt(n));
    const required = list(names, (index) => `"p${index}"`);
    const alternatives = list(names, `{"type":"object","required":${required}}`);
    return `${ASKED},"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","anyOf":${alternatives}}}}]`;
  }),
  chat(
    'properties of a tool',
    (n) =>
      `${ASKED},"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":${object(n, '{"type":"string"}')}}}}]`,
  ),
  chat('stop sequences', (n) => `${ASKED},"stop":${list(n, '"a"')}`),
  chat('metadata pairs', (n) => `${ASKED},"metadata":${object(n, '"a"')}`),
  chat('tokens of logit_bias', (n) => `${ASKED},"logit_bias":${object(n, '1')}`),
  chat('unknown fields', (n) => `${ASKED},${object(n, '1').slice(1, -1)}`),
  chat('fields of an unknown object', (n) => `${ASKED},"unknown":${object(n, '1')}`),
  chat('modalities', (n) => `${ASKED},"modalities":${list(n, '"text"')}`),
  chat('beta flags', (n) => `${ASKED},"anthropic_beta":${list(n, (index) => `"b${index}"`)}`),
  chat('beta flags in one string', (n) => `${ASKED},"anthropic_beta":"${'a,'.repeat(n)}"`),
  chat('additional model fields', (n) => `${ASKED},"additionalModelRequestFields":${object(n, '1')}`),
  chat('fields of stream_options', (n) => `${ASKED},"stream_options":${object(n, '1')}`),
  chat('n', (n) => `${ASKED},"n":${n}`),
  { list: 'letters of a model name', path: CHAT, body: (n) => `{"model":"${'-a1'.repeat(n)}",${ASKED}}` },
  chat(
    'letters of a tool id',
    (n) =>
      `"messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"${'é'.repeat(n)}","type":"function","function":{"name":"${'é'.repeat(n)}","arguments":"{}"}}]}]`,
  ),
];

const COMPLETIONS_BODIES: readonly ListBody[] = [
  { list: 'prompts', path: COMPLETIONS, body: (n) => `{${HAIKU},"prompt":${list(n, '"a"')}}` },
  { list: 'tokens', path: COMPLETIONS, body: (n) => `{${HAIKU},"prompt":${list(n, '1')}}` },
  { list: 'lists of tokens', path: COMPLETIONS, body: (n) => `{${HAIKU},"prompt":${list(n, '[1]')}}` },
  { list: 'n', path: COMPLETIONS, body: (n) => `{${HAIKU},"prompt":"a","n":${n}}` },
  { list: 'stop sequences', path: COMPLETIONS, body: (n) => `{${HAIKU},"prompt":"a","stop":${list(n, '"a"')}}` },
  { list: 'unknown fields', path: COMPLETIONS, body: (n) => `{${HAIKU},"prompt":"a",${object(n, '1').slice(1, -1)}}` },
];

function responses(list: string, fields: (entries: number) => string, most?: number): ListBody {
  return { list, path: RESPONSES, body: (entries) => `{${MODEL},${fields(entries)}}`, ...(most && { most }) };
}

const REFERENCE = `{"type":"item_reference","id":"msg_${'0'.repeat(32)}00"}`;
const FUNCTION = (index: number): string => `{"type":"function","name":"f${index}"}`;

const RESPONSES_BODIES: readonly ListBody[] = [
  responses('input items', (n) => `"input":${list(n, '{"role":"user","content":"a"}')}`),
  responses(
    'content parts',
    (n) => `"input":[{"role":"user","content":${list(n, '{"type":"input_text","text":"a"}')}}]`,
  ),
  responses(
    'developer parts',
    (n) =>
      `"input":[{"role":"developer","content":${list(n, '{"type":"input_text","text":"a"}')}},{"role":"user","content":"a"}]`,
  ),
  responses('item references', (n) => `"input":${list(n, REFERENCE)}`),
  responses(
    'encrypted reasoning of others',
    (n) => `"input":${list(n, '{"type":"reasoning","encrypted_content":"oc.x.yz"},{"role":"user","content":"a"}')}`,
  ),
  responses('compactions', (n) => `"input":${list(n, '{"type":"compaction","encrypted_content":"oc.x.yz"}')}`),
  responses(
    'summaries',
    (n) =>
      `"input":[{"type":"reasoning","summary":${list(n, '{"type":"summary_text","text":"a"}')}},{"role":"user","content":"a"}]`,
  ),
  responses(
    'calls',
    (n) =>
      `"input":${list(n, (index) => `{"type":"function_call","call_id":"c${index}","name":"f","arguments":"{}"}`)}`,
  ),
  responses(
    'results',
    (n) => `"input":${list(n, (index) => `{"type":"function_call_output","call_id":"c${index}","output":"a"}`)}`,
  ),
  responses(
    'outputs of a shell',
    (n) =>
      `"input":[{"type":"shell_call","call_id":"c","action":{"commands":[]}},{"type":"shell_call_output","call_id":"c","output":${list(n, '{"stdout":"a","stderr":"","outcome":{"type":"exit","exit_code":0}}')}},{"role":"user","content":"a"}]`,
  ),
  responses('tools', (n) => `"input":"a","tools":${list(n, FUNCTION)}`),
  responses(
    'tools in namespaces',
    (n) => `"input":"a","tools":[{"type":"namespace","name":"n","tools":${list(n, FUNCTION)}}]`,
  ),
  responses(
    'tools in items',
    (n) => `"input":[{"type":"additional_tools","tools":${list(n, FUNCTION)}},{"role":"user","content":"a"}]`,
  ),
  responses('types of hosted tools', (n) => `"input":"a","tools":${list(n, (index) => `{"type":"mcp_${index}"}`)}`),
  responses('include', (n) => `"input":"a","include":${list(n, '"a"')}`),
  responses('metadata pairs', (n) => `"input":"a","metadata":${object(n, '"a"')}`),
  responses('unknown fields', (n) => `"input":"a",${object(n, '1').slice(1, -1)}`),
  responses('letters of a response id', (n) => `"input":"a","previous_response_id":"${'a'.repeat(n)}"`),
  {
    list: 'items to count',
    path: `${RESPONSES}/input_tokens`,
    body: (n) => `{${MODEL},"input":${list(n, '{"role":"user","content":"a"}')}}`,
  },
  {
    list: 'items to compact',
    path: `${RESPONSES}/compact`,
    body: (n) => `{${MODEL},"input":${list(n, '{"role":"user","content":"a"}')}}`,
  },
];

function messages(list: string, fields: (entries: number) => string): readonly ListBody[] {
  return [
    { list: `${list}, Claude`, path: MESSAGES, body: (entries) => `{${HAIKU},${fields(entries)}}` },
    { list: `${list}, another model`, path: MESSAGES, body: (entries) => `{${NOVA},${fields(entries)}}` },
  ];
}

const RESULT = (content: string): string => `{"type":"tool_result","tool_use_id":"t","content":${content}}`;
const USE = `{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]}`;

const MESSAGES_BODIES: readonly ListBody[] = [
  ...messages('messages', (n) => `"messages":${list(n, '{"role":"user","content":"a"}')}`),
  ...messages('content blocks', (n) => user(list(n, TEXT))),
  ...messages('marked blocks', (n) => user(list(n, '{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}'))),
  ...messages('system blocks', (n) => `${ASKED},"system":${list(n, TEXT)}`),
  ...messages(
    'blocks of a system message',
    (n) => `"messages":[{"role":"user","content":"a"},{"role":"system","content":${list(n, TEXT)}}]`,
  ),
  ...messages(
    'blocks of a tool result',
    (n) => `"messages":[${USE},{"role":"user","content":[${RESULT(list(n, TEXT))}]}]`,
  ),
  ...messages(
    'tools',
    (n) => `${ASKED},"tools":${list(n, (index) => `{"name":"f${index}","input_schema":{"type":"object"}}`)}`,
  ),
  ...messages(
    'tool searches',
    (n) => `${ASKED},"tools":${list(n, (index) => `{"type":"tool_search_tool_bm25","name":"f${index}"}`)}`,
  ),
  ...messages('stop sequences', (n) => `${ASKED},"stop_sequences":${list(n, '"a"')}`),
  ...messages('metadata', (n) => `${ASKED},"metadata":${object(n, '"a"')}`),
  ...messages('unknown fields', (n) => `${ASKED},${object(n, '1').slice(1, -1)}`),
  ...messages('beta flags', (n) => `${ASKED},"anthropic_beta":${list(n, (index) => `"b${index}"`)}`),
  {
    list: 'messages to count',
    path: `${MESSAGES}/count_tokens`,
    body: (n) => `{${HAIKU},"messages":${list(n, '{"role":"user","content":"a"}')}}`,
  },
];

const OTHER_BODIES: readonly ListBody[] = [
  { list: 'texts', path: '/v1/embeddings', body: (n) => `{"model":"titan-embed-text-v2","input":${list(n, '"a"')}}` },
  { list: 'tokens', path: '/v1/embeddings', body: (n) => `{"model":"titan-embed-text-v2","input":${list(n, '1')}}` },
  { list: 'texts', path: '/v1/moderations', body: (n) => `{"input":${list(n, '"a"')}}` },
  {
    list: 'Converse messages',
    path: '/model/claude-haiku-4-5/converse',
    body: (n) => `{"messages":${list(n, '{"role":"user","content":[{"text":"a"}]}')}}`,
  },
  {
    list: 'Converse tools',
    path: '/model/claude-haiku-4-5/converse',
    body: (n) =>
      `{"messages":[{"role":"user","content":[{"text":"a"}]}],"toolConfig":{"tools":${list(n, (index) => `{"toolSpec":{"name":"f${index}","inputSchema":{"json":{"type":"object"}}}}`)}}}`,
  },
  {
    list: 'InvokeModel messages',
    path: '/model/claude-haiku-4-5/invoke',
    body: (n) =>
      `{"anthropic_version":"bedrock-2023-05-31","max_tokens":9,"messages":${list(n, '{"role":"user","content":"a"}')}}`,
  },
];

/** Bodies by the API that receives them. */
export const LIST_BODIES: Readonly<Record<string, readonly ListBody[]>> = {
  'chat completions': CHAT_BODIES,
  completions: COMPLETIONS_BODIES,
  responses: RESPONSES_BODIES,
  messages: MESSAGES_BODIES,
  'other APIs': OTHER_BODIES,
};

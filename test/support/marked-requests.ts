/** A text that occurs only in the content of these requests, and that JSON and URLs leave unchanged. */
export const MARKER = 'XQ7contentmarkerXQ7';

export interface MarkedRequest {
  /** `/v1/messages: max_tokens is a list`. */
  name: string;
  path: string;
  body: string;
  contentType?: string;
}

type Fields = Record<string, unknown>;

const CLAUDE = 'claude-sonnet-4-6';
const SCHEMA = { type: 'object', properties: { [MARKER]: { type: 'string', description: MARKER } } };
const OPENAI_TOOL = { type: 'function', function: { name: MARKER, description: MARKER, parameters: SCHEMA } };
const CALL = { id: MARKER, type: 'function', function: { name: MARKER, arguments: JSON.stringify({ a: MARKER }) } };
const TURNS = [
  { role: 'system', content: MARKER },
  { role: 'user', name: MARKER, content: [{ type: 'text', text: MARKER }] },
  { role: 'assistant', tool_calls: [CALL] },
  { role: 'tool', tool_call_id: MARKER, content: MARKER },
  { role: 'user', content: MARKER },
];
const NAMED = { user: MARKER, safety_identifier: MARKER, metadata: { [MARKER]: MARKER } };
const CHAT = { model: CLAUDE, messages: TURNS, tools: [OPENAI_TOOL], stop: [MARKER], ...NAMED };
const JSON_FORMAT = { type: 'json_schema', json_schema: { name: 'marked', schema: SCHEMA } };
const MESSAGES = {
  model: CLAUDE,
  max_tokens: 100,
  system: MARKER,
  messages: [
    { role: 'user', content: [{ type: 'text', text: MARKER }] },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: MARKER, input: { a: MARKER } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: MARKER }] },
  ],
  tools: [{ name: MARKER, description: MARKER, input_schema: SCHEMA }],
  stop_sequences: [MARKER],
  metadata: { user_id: MARKER },
};
const CONVERSE = {
  messages: [{ role: 'user', content: [{ text: MARKER }] }],
  system: [{ text: MARKER }],
  inferenceConfig: { stopSequences: [MARKER] },
  requestMetadata: { [MARKER]: MARKER },
};
const INVOKE = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 100,
  messages: [{ role: 'user', content: MARKER }],
};
const RESPONSES = {
  model: CLAUDE,
  instructions: MARKER,
  input: [
    { role: 'user', content: MARKER },
    { type: 'function_call', call_id: 'c1', name: MARKER, arguments: JSON.stringify({ a: MARKER }) },
    { type: 'function_call_output', call_id: 'c1', output: MARKER },
  ],
  tools: [{ type: 'function', name: MARKER, description: MARKER, parameters: SCHEMA }],
  prompt_cache_key: MARKER,
  ...NAMED,
};

/** Requests that succeed, by path; `stream` is added unless the path itself implies it. */
const BODIES: readonly [path: string, body: Fields][] = [
  ['/v1/chat/completions', CHAT],
  ['/v1/chat/completions', { ...CHAT, model: 'nova-pro', tools: undefined, messages: TURNS.slice(-1) }],
  ['/v1/chat/completions', { model: CLAUDE, messages: TURNS.slice(-1), response_format: JSON_FORMAT }],
  ['/v1/completions', { model: CLAUDE, prompt: MARKER, stop: MARKER, user: MARKER }],
  ['/v1/responses', { ...RESPONSES, store: true }],
  ['/v1/responses/input_tokens', RESPONSES],
  ['/v1/responses/compact', { model: CLAUDE, input: MARKER }],
  ['/v1/messages', MESSAGES],
  ['/v1/messages', { ...MESSAGES, model: 'nova-pro' }],
  ['/v1/messages/count_tokens', { model: CLAUDE, messages: MESSAGES.messages, tools: MESSAGES.tools }],
  ['/v1/embeddings', { model: 'amazon.titan-embed-text-v2:0', input: [MARKER], user: MARKER }],
  ['/v1/moderations', { input: [MARKER, `${MARKER} [violence]`] }],
  [`/model/us.anthropic.${CLAUDE}/converse`, CONVERSE],
  [`/model/us.anthropic.${CLAUDE}/converse-stream`, CONVERSE],
  [`/model/us.anthropic.${CLAUDE}/invoke`, INVOKE],
  [`/model/us.anthropic.${CLAUDE}/invoke-with-response-stream`, INVOKE],
  [`/model/us.anthropic.${CLAUDE}/count-tokens`, { input: { converse: { messages: CONVERSE.messages } } }],
];

const STREAMING = /^\/v1\/(chat\/completions|completions|responses|messages)$/;

/** Returns one request for each endpoint, plain and streamed, with the marker in every text field. */
export function wholeRequests(): MarkedRequest[] {
  return BODIES.flatMap(([path, body]) => {
    const plain = { name: path, path, body: JSON.stringify(body) };
    if (!STREAMING.test(path)) return [plain];
    return [plain, { name: `${path}, streamed`, path, body: JSON.stringify({ ...body, stream: true }) }];
  });
}

/**
 * Returns rejected requests with the marker: wrong types, unknown fields, missing fields, invalid JSON and encodings.
 */
export function brokenRequests(): MarkedRequest[] {
  return BODIES.flatMap(([path, body]) => [
    ...Object.entries(variantsOf(body)).map(([what, text]) => ({ name: `${path}: ${what}`, path, body: text })),
    { name: `${path}: another content type`, path, body: MARKER, contentType: 'text/plain' },
    { name: `${path}: no JSON behind its type`, path, body: `{"a": ${MARKER}}` },
    { name: `${path}: JSON that ends early`, path, body: JSON.stringify(body).slice(0, -1) },
    { name: `${path}: a list`, path, body: JSON.stringify([MARKER]) },
    { name: `${path}: a text`, path, body: JSON.stringify(MARKER) },
  ]);
}

function variantsOf(body: Fields): Record<string, string> {
  const variants: Record<string, string> = { 'a field without a name': JSON.stringify({ ...body, [MARKER]: MARKER }) };
  for (const field of Object.keys(body)) {
    variants[`${field} is text`] = JSON.stringify({ ...body, [field]: MARKER });
    variants[`${field} is an object`] = JSON.stringify({ ...body, [field]: { [MARKER]: MARKER } });
    variants[`${field} is a list`] = JSON.stringify({ ...body, [field]: [MARKER, { type: MARKER, role: MARKER }] });
    variants[`${field} is missing`] = JSON.stringify({ ...body, [field]: undefined });
  }
  for (const [what, more] of Object.entries(ODD_FIELDS)) variants[what] = JSON.stringify({ ...body, ...more });
  return variants;
}

const ODD_FIELDS: Record<string, Fields> = {
  'a header cannot hold it': { user: `${MARKER}\u2028`, metadata: { user_id: `${MARKER}\u2028` } },
  'a schema does not compile': {
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'x',
        strict: true,
        schema: { type: 'object', properties: { a: { pattern: `(${MARKER}` } } },
      },
    },
  },
  'a schema has a dangling reference': {
    tools: [{ type: 'function', function: { name: 'x', parameters: { $ref: `#/${MARKER}` } } }],
  },
  'an invalid image': {
    messages: [
      { role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${MARKER}` } }] },
    ],
  },
  'an image at a remote URL': {
    messages: [
      { role: 'user', content: [{ type: 'image_url', image_url: { url: `https://${MARKER}.invalid/${MARKER}` } }] },
    ],
  },
  'a missing earlier response': { previous_response_id: MARKER },
  'reasoning without encryption': {
    input: [{ type: 'reasoning', id: MARKER, encrypted_content: MARKER, summary: [] }],
  },
};

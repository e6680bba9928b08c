/**
 * Fields below the top level that clients send back or add, and that have no meaning for a model. They are neither
 * reported nor rejected. The value is the reason, which docs/compatibility.md lists.
 */
type HarmlessFields = Readonly<Record<string, string>>;

const BOOKKEEPING = 'Bookkeeping of clients that store conversations.';
const OF_THE_ANSWER = 'Part of an answer that the client sends back whole.';
const OF_THE_SDK = 'Added by a client library; the content has the same information.';

/** Fields of every message, part, call and item. */
const EVERYWHERE: HarmlessFields = {
  id: OF_THE_ANSWER,
  index: OF_THE_ANSWER,
  status: OF_THE_ANSWER,
  created_by: OF_THE_ANSWER,
  parsed: 'The OpenAI SDKs add it to parsed answers.',
  provider_specific_fields: 'LiteLLM adds it to answers.',
  providerOptions: 'The AI SDK adds it for its own providers.',
  providerMetadata: 'The AI SDK adds it for its own providers.',
  extra_content: 'Signatures of Gemini, which only Gemini accepts.',
  thought_signature: 'Signatures of Gemini, which only Gemini accepts.',
};

/** Fields of messages of chat, and of Anthropic's API for models other than Claude. */
export const HARMLESS_ON_MESSAGES: HarmlessFields = {
  ...EVERYWHERE,
  type: 'The kind of an item or a message, beside its role.',
  object: OF_THE_ANSWER,
  model: OF_THE_ANSWER,
  usage: OF_THE_ANSWER,
  finish_reason: OF_THE_ANSWER,
  stop_reason: OF_THE_ANSWER,
  stop_sequence: OF_THE_ANSWER,
  stop_details: OF_THE_ANSWER,
  container: OF_THE_ANSWER,
  logprobs: OF_THE_ANSWER,
  annotations: 'Sources of an answer, for display.',
  citations: 'Sources of an answer, for display.',
  created: BOOKKEEPING,
  created_at: BOOKKEEPING,
  createdAt: BOOKKEEPING,
  timestamp: BOOKKEEPING,
  ts: BOOKKEEPING,
  metadata: BOOKKEEPING,
  additional_kwargs: OF_THE_SDK,
  response_metadata: OF_THE_SDK,
  usage_metadata: OF_THE_SDK,
  weight: 'For fine-tuning.',
};

/** Fields of content parts and of Anthropic's blocks. */
export const HARMLESS_ON_PARTS: HarmlessFields = {
  ...EVERYWHERE,
  annotations: 'Sources of an answer, for display.',
  citations: 'Sources of an answer, for display.',
  logprobs: OF_THE_ANSWER,
  parsed_output: 'The Anthropic SDKs add it to parsed answers.',
};

/** Fields of tool calls and tool results, and of Anthropic's blocks for both. */
export const HARMLESS_ON_CALLS: HarmlessFields = {
  ...EVERYWHERE,
  caller: 'The caller of the tool, which was the model.',
  namespace: 'The namespace of the called tool, in results.',
  toolset_name: 'The toolset of the called tool.',
  parsed_arguments: 'The OpenAI SDKs add it to parsed answers.',
  environment: 'The environment of an earlier call.',
  execution: 'Which side ran an earlier search over tools.',
  max_output_length: 'The limit of an earlier call.',
};

/** Fields of items of the Responses API. */
export const HARMLESS_ON_ITEMS: HarmlessFields = {
  ...EVERYWHERE,
  phase: 'Commentary or final answer: only models of OpenAI know it.',
  end_turn: 'Codex adds it to messages.',
  metadata: BOOKKEEPING,
};

/** Fields of images and files, beside their data. */
export const HARMLESS_ON_MEDIA: HarmlessFields = {
  ...EVERYWHERE,
  format: 'The gateway reads the format from the data.',
  mime_type: 'The gateway reads the format from the data.',
  media_type: 'The gateway reads the format from the data.',
};

/** All tables by the place of their fields, for the documentation. */
export const HARMLESS_FIELDS: Readonly<Record<string, HarmlessFields>> = {
  messages: HARMLESS_ON_MESSAGES,
  'content parts and blocks': HARMLESS_ON_PARTS,
  'calls of tools and their results': HARMLESS_ON_CALLS,
  'items of responses': HARMLESS_ON_ITEMS,
  'images and files': HARMLESS_ON_MEDIA,
};

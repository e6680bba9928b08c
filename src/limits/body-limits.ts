import { at, EVERY_API, MESSAGES_APIS, OPENAI_APIS, RESPONSES_APIS } from './limited-apis.ts';
import type { RequestLimit } from './request-limit.ts';

const GATEWAY = 'The gateway.';
const OPENAI = 'OpenAI, API reference and error messages (2026-11).';

/** The two spellings of Bedrock's field. */
const MODEL_FIELDS = ['additionalModelRequestFields', 'additional_model_request_fields'];
const BETA_FLAGS = ['anthropic_beta', ...MODEL_FIELDS.map((field) => `${field}.anthropic_beta`)];

/** The limits that the check of a whole body enforces, before anything of the body is walked. */
export const BODY_LIMITS = {
  bodyFields: {
    what: 'fields of the body',
    unit: 'fields',
    most: 256,
    paths: at(EVERY_API, ''),
    reason: 'Every field is validated and looked up. The largest public API has about 50 fields.',
    source: GATEWAY,
  },
  modelName: {
    what: 'characters of a model name',
    unit: 'characters',
    most: 2_048,
    paths: at(EVERY_API, 'model'),
    reason: 'The name is matched against patterns and repeated in errors.',
    source: 'AWS API reference, Converse, modelId (2026-11).',
  },
  messages: {
    what: 'messages',
    unit: 'entries',
    most: 100_000,
    paths: { chat: ['messages'], messages: ['messages'], countTokens: ['messages'] },
    reason: 'A million messages of one letter fit into 32 MB and would block other requests for seconds.',
    source: 'Anthropic, Messages API reference (2026-11).',
  },
  inputItems: {
    what: 'input items, those of a previous response included',
    unit: 'entries',
    most: 100_000,
    paths: at(RESPONSES_APIS, 'input'),
    reason: 'As for messages.',
    source: GATEWAY,
  },
  contentParts: {
    what: 'content parts and thinking blocks in all messages',
    unit: 'entries',
    most: 100_000,
    paths: {
      chat: [
        'system',
        'messages[].content',
        'messages[].content[].content',
        'messages[].thinking_blocks',
        'messages[].reasoning_details',
      ],
      ...at(RESPONSES_APIS, 'input[].content', 'input[].output', 'input[].summary'),
      ...at(MESSAGES_APIS, 'system', 'messages[].content', 'messages[].content[].content'),
    },
    reason: 'As for messages: parts may stand in one message or in many.',
    source: GATEWAY,
  },
  toolCalls: {
    what: 'tool calls in all messages',
    unit: 'entries',
    most: 20_000,
    paths: { chat: ['messages[].tool_calls'] },
    reason:
      'Every call is parsed and paired with its result, which costs more than text. No context window holds more.',
    source: GATEWAY,
  },
  tools: {
    what: 'tools, those in namespaces and input items included',
    unit: 'entries',
    most: 10_000,
    paths: {
      chat: ['tools', 'functions'],
      ...at(RESPONSES_APIS, 'tools', 'tools[].tools', 'input[].tools', 'input[].tools[].tools'),
      ...at(MESSAGES_APIS, 'tools'),
    },
    reason: 'Every tool has a schema that is checked and fitted to the model. No model can choose from so many.',
    source: GATEWAY,
  },
  allowedTools: {
    what: 'allowed tools of a tool choice',
    unit: 'entries',
    most: 10_000,
    paths: { chat: ['tool_choice.allowed_tools.tools', 'tool_choice.tools'], responses: ['tool_choice.tools'] },
    reason: 'As many as tools may be given.',
    source: GATEWAY,
  },
  responseIds: {
    what: 'characters of a response id',
    unit: 'characters',
    most: 256,
    paths: at(RESPONSES_APIS, 'previous_response_id'),
    reason: 'The id is part of a storage key and repeated in errors. Ids of the gateway have 37 characters.',
    source: GATEWAY,
  },
  stopSequences: {
    what: 'stop sequences',
    unit: 'entries',
    most: 2_500,
    paths: { ...at(['chat', 'completions'], 'stop'), ...at(MESSAGES_APIS, 'stop_sequences') },
    reason: 'Bedrock takes no more.',
    source: 'AWS API reference, InferenceConfiguration (2026-11).',
  },
  metadataPairs: {
    what: 'pairs of metadata',
    unit: 'fields',
    most: 16,
    paths: at([...OPENAI_APIS, 'messages'], 'metadata'),
    reason: 'OpenAI and Bedrock take no more.',
    source: `${OPENAI} AWS API reference, Converse, requestMetadata (2026-11).`,
  },
  metadataNames: {
    what: 'characters of a metadata name',
    unit: 'names',
    most: 64,
    paths: at(OPENAI_APIS, 'metadata'),
    reason: 'OpenAI takes no more.',
    source: OPENAI,
  },
  metadataValues: {
    what: 'characters of a metadata value',
    unit: 'characters',
    most: 512,
    paths: at(OPENAI_APIS, 'metadata.*'),
    reason: 'OpenAI takes no more. Bedrock takes 256 characters; longer values are cut and reported.',
    source: OPENAI,
  },
  logitBias: {
    what: 'tokens of logit_bias',
    unit: 'fields',
    most: 1_024,
    paths: at(['chat', 'completions'], 'logit_bias'),
    reason: 'The field has no effect on Bedrock.',
    source: GATEWAY,
  },
  modalities: {
    what: 'modalities',
    unit: 'entries',
    most: 16,
    paths: { chat: ['modalities'] },
    reason: 'OpenAI defines two.',
    source: GATEWAY,
  },
  include: {
    what: 'entries of include',
    unit: 'entries',
    most: 64,
    paths: { responses: ['include'] },
    reason: 'OpenAI defines fewer than ten.',
    source: GATEWAY,
  },
  modelFields: {
    what: 'additional fields for the model',
    unit: 'fields',
    most: 256,
    paths: at(OPENAI_APIS, ...MODEL_FIELDS),
    reason: 'Every field is compared with the fields that the settings allow.',
    source: GATEWAY,
  },
  betaFlags: {
    what: 'beta flags in a list',
    unit: 'entries',
    most: 256,
    paths: { ...at(OPENAI_APIS, ...BETA_FLAGS), ...at(MESSAGES_APIS, 'anthropic_beta') },
    reason: 'Every flag is compared with the flags that the model takes.',
    source: GATEWAY,
  },
  betaFlagText: {
    what: 'characters of beta flags in one string',
    unit: 'characters',
    most: 16_384,
    paths: { ...at(OPENAI_APIS, ...BETA_FLAGS), ...at(MESSAGES_APIS, 'anthropic_beta') },
    reason: 'The string is split at its commas. The header of the same name cannot be longer.',
    source: 'Node.js, maximum size of the headers (2026-11).',
  },
} as const satisfies Record<string, RequestLimit>;

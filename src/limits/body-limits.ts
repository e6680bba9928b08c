import { at, EVERY_API, MESSAGES_APIS, OPENAI_APIS, RESPONSES_APIS } from './limited-apis.ts';
import type { RequestLimit } from './request-limit.ts';

const GATEWAY = 'The gateway.';
const OPENAI = 'OpenAI, API reference and error messages (2026-11).';

/** The two spellings of Bedrock's field for model parameters. */
const MODEL_FIELDS = ['additionalModelRequestFields', 'additional_model_request_fields'];
const BETA_FLAGS = ['anthropic_beta', ...MODEL_FIELDS.map((field) => `${field}.anthropic_beta`)];

/** Limits that are checked for the whole body, before other code iterates over it. */
export const BODY_LIMITS = {
  bodyFields: {
    what: 'fields of the body',
    unit: 'fields',
    max: 256,
    paths: at(EVERY_API, ''),
    reason: 'Every field is validated and looked up. The largest public API has about 50 fields.',
    source: GATEWAY,
  },
  modelName: {
    what: 'characters of a model name',
    unit: 'characters',
    max: 2_048,
    paths: at(EVERY_API, 'model'),
    reason: 'The name is matched against patterns and repeated in errors.',
    source: 'AWS API reference, Converse, modelId (2026-11).',
  },
  messages: {
    what: 'messages',
    unit: 'entries',
    max: 100_000,
    paths: { chat: ['messages'], messages: ['messages'], countTokens: ['messages'] },
    reason: 'A body of 32 MB can hold a million messages of one letter, which would block other requests for seconds.',
    source: 'Anthropic, Messages API reference (2026-11).',
  },
  inputItems: {
    what: 'input items, including those of a previous response',
    unit: 'entries',
    max: 100_000,
    paths: at(RESPONSES_APIS, 'input'),
    reason: 'As for messages.',
    source: GATEWAY,
  },
  contentParts: {
    what: 'content parts and thinking blocks in all messages',
    unit: 'entries',
    max: 100_000,
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
    reason: 'As for messages. The parts of all messages count together.',
    source: GATEWAY,
  },
  toolCalls: {
    what: 'tool calls in all messages',
    unit: 'entries',
    max: 20_000,
    paths: { chat: ['messages[].tool_calls'] },
    reason:
      'Every call is parsed and paired with its result, which costs more than text. No context window holds more.',
    source: GATEWAY,
  },
  tools: {
    what: 'tools, including those in namespaces and input items',
    unit: 'entries',
    max: 10_000,
    paths: {
      chat: ['tools', 'functions'],
      ...at(RESPONSES_APIS, 'tools', 'tools[].tools', 'input[].tools', 'input[].tools[].tools'),
      ...at(MESSAGES_APIS, 'tools'),
    },
    reason: 'Every tool has a schema that is checked and adapted to the model. No model can choose from so many tools.',
    source: GATEWAY,
  },
  allowedTools: {
    what: 'allowed tools of a tool choice',
    unit: 'entries',
    max: 10_000,
    paths: { chat: ['tool_choice.allowed_tools.tools', 'tool_choice.tools'], responses: ['tool_choice.tools'] },
    reason: 'Equal to the limit of tools.',
    source: GATEWAY,
  },
  responseIds: {
    what: 'characters of a response id',
    unit: 'characters',
    max: 256,
    paths: at(RESPONSES_APIS, 'previous_response_id'),
    reason: 'The id is part of a storage key and repeated in errors. Ids of the gateway have 37 characters.',
    source: GATEWAY,
  },
  stopSequences: {
    what: 'stop sequences',
    unit: 'entries',
    max: 2_500,
    paths: { ...at(['chat', 'completions'], 'stop'), ...at(MESSAGES_APIS, 'stop_sequences') },
    reason: 'The limit of Bedrock.',
    source: 'AWS API reference, InferenceConfiguration (2026-11).',
  },
  metadataPairs: {
    what: 'pairs of metadata',
    unit: 'fields',
    max: 16,
    paths: at([...OPENAI_APIS, 'messages'], 'metadata'),
    reason: 'The limit of OpenAI and Bedrock.',
    source: `${OPENAI} AWS API reference, Converse, requestMetadata (2026-11).`,
  },
  metadataNames: {
    what: 'characters of a metadata name',
    unit: 'names',
    max: 64,
    paths: at(OPENAI_APIS, 'metadata'),
    reason: 'The limit of OpenAI.',
    source: OPENAI,
  },
  metadataValues: {
    what: 'characters of a metadata value',
    unit: 'characters',
    max: 512,
    paths: at(OPENAI_APIS, 'metadata.*'),
    reason: 'The limit of OpenAI. Bedrock accepts 256 characters; longer values are cut and reported.',
    source: OPENAI,
  },
  logitBias: {
    what: 'tokens of logit_bias',
    unit: 'fields',
    max: 1_024,
    paths: at(['chat', 'completions'], 'logit_bias'),
    reason: 'The field has no effect on Bedrock.',
    source: GATEWAY,
  },
  modalities: {
    what: 'modalities',
    unit: 'entries',
    max: 16,
    paths: { chat: ['modalities'] },
    reason: 'OpenAI defines two.',
    source: GATEWAY,
  },
  include: {
    what: 'entries of include',
    unit: 'entries',
    max: 64,
    paths: { responses: ['include'] },
    reason: 'OpenAI defines fewer than ten.',
    source: GATEWAY,
  },
  modelFields: {
    what: 'additional fields for the model',
    unit: 'fields',
    max: 256,
    paths: at(OPENAI_APIS, ...MODEL_FIELDS),
    reason: 'Every field is compared with the fields that the settings allow.',
    source: GATEWAY,
  },
  betaFlags: {
    what: 'beta flags in a list',
    unit: 'entries',
    max: 256,
    paths: { ...at(OPENAI_APIS, ...BETA_FLAGS), ...at(MESSAGES_APIS, 'anthropic_beta') },
    reason: 'Every flag is compared with the flags that the model accepts.',
    source: GATEWAY,
  },
  betaFlagText: {
    what: 'characters of beta flags in one string',
    unit: 'characters',
    max: 16_384,
    paths: { ...at(OPENAI_APIS, ...BETA_FLAGS), ...at(MESSAGES_APIS, 'anthropic_beta') },
    reason: 'The string is split at its commas. The header of the same name cannot be longer.',
    source: 'Node.js, maximum size of the headers (2026-11).',
  },
} as const satisfies Record<string, RequestLimit>;

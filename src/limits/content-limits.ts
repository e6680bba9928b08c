import { at, RESPONSES_APIS } from './limited-apis.ts';
import type { RequestLimit } from './request-limit.ts';

const GATEWAY = 'The gateway.';

/** Limits that the translators check, because they depend on the type of an entry or on the content that it refers to. */
export const CONTENT_LIMITS = {
  callItems: {
    what: 'tool calls among the input items',
    unit: 'entries',
    max: 20_000,
    paths: at(RESPONSES_APIS, 'input[].call_id'),
    reason: 'As for tool calls in messages.',
    source: GATEWAY,
  },
  itemReferences: {
    what: 'item references',
    unit: 'entries',
    max: 1_000,
    paths: at(RESPONSES_APIS, 'input[].id'),
    reason: 'Every reference may need a stored response, which is read and parsed.',
    source: GATEWAY,
  },
  sealedItems: {
    what: 'items with encrypted_content',
    unit: 'entries',
    max: 10_000,
    paths: at(RESPONSES_APIS, 'input[].encrypted_content'),
    reason: 'Every one is decrypted and decompressed.',
    source: GATEWAY,
  },
  restoredContent: {
    what: 'characters restored from stored responses, stored or encrypted reasoning, and fetched media',
    unit: 'restored',
    max: 32 * 1_024 * 1_024,
    paths: { ...at(['chat', 'messages'], 'messages'), ...at(RESPONSES_APIS, 'input', 'previous_response_id') },
    reason: 'A short reference restores long content each time it occurs. Equal to the default maximum size of a body.',
    source: GATEWAY,
  },
  prompts: {
    what: 'prompts',
    unit: 'entries',
    max: 16,
    paths: { completions: ['prompt'] },
    reason: 'Every prompt is at least one call of Bedrock.',
    source: GATEWAY,
  },
  answers: {
    what: 'answers: n, multiplied by the number of prompts',
    unit: 'value',
    max: 16,
    paths: at(['chat', 'completions'], 'n'),
    reason: 'Every answer is a call of Bedrock, which costs money and counts against the quota of the account.',
    source: GATEWAY,
  },
  embeddingInputs: {
    what: 'texts to embed',
    unit: 'entries',
    max: 2_048,
    paths: { embeddings: ['input'] },
    reason: 'Some models accept one text in each call of Bedrock. The limit of OpenAI.',
    source: 'OpenAI, API reference and error messages (2026-11).',
  },
  moderationInputs: {
    what: 'texts to moderate',
    unit: 'entries',
    max: 32,
    paths: { moderations: ['input'] },
    reason: 'Every text is a call of the guardrail.',
    source: GATEWAY,
  },
} as const satisfies Record<string, RequestLimit>;

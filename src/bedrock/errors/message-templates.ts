import { innermostMessage } from './message-layers.ts';

/** Meaning that the gateway derives from a message of AWS. */
export type MessageMeaning =
  /** The prompt does not fit into the model's context. */
  | 'context-overflow'
  /** The id of the target cannot be called: it needs an inference profile, or no such model exists. */
  | 'model-not-callable'
  /** The role or the account has no access to the model. */
  | 'no-model-access'
  /** The model has reached its end of life, or the account may not start to use it. */
  | 'no-such-model'
  /** CountTokens does not support the model. */
  | 'no-token-count';

interface MessageTemplate {
  /** Exception name in lower case. */
  exception: string;
  /** Matches the whole message from `^` to `$`, and accepts no text that a client chooses. */
  pattern: RegExp;
  meaning: MessageMeaning;
  /** Origin of the wording, with its date. */
  source: string;
}

const VALIDATION = 'validationexception';

/**
 * Messages of AWS with a meaning beyond the exception's name. AWS repeats text of clients in its messages (names of fields,
 * tools, schema keys, documents). Therefore a pattern matches the whole message, and its variable parts are numbers and ids
 * without spaces. For any other message, only the exception's name counts.
 */
export const MESSAGE_TEMPLATES: readonly MessageTemplate[] = [
  ...overflows('AWS, all Claude models (aaif-goose/goose#7504, 2026-02)', /^Input is too long for requested model\.?$/),
  ...overflows('AWS (pi-ai 1.5.2, 2026-11)', /^Input is too long\.?$/),
  ...overflows(
    'Claude (strands-agents/harness-sdk#1663, 2026-02-11)',
    /^prompt is too long(?:: \d+ tokens > \d+ maximum)?$/,
  ),
  ...overflows(
    'Claude (anthropics/claude-code#476, 2026)',
    /^input length and `max_tokens` exceed context limit: \d+ \+ \d+ > \d+, decrease input length or `max_tokens` and try again$/,
  ),
  ...overflows('Claude (recorded, 2026-09-22)', /^(?:messages: )?too many total text bytes: \d+ > \d+$/),
  ...overflows(
    'Nova (recorded from live Converse, 2026-09-22)',
    /^Input Tokens Exceeded: Number of input tokens exceeds maximum length\. Please update the input to try again\.$/,
  ),
  ...overflows(
    'gpt-oss (recorded from live Converse, 2026-09-22)',
    /^Input length \(\d+\) exceeds model's maximum context length \(\d+\)\.$/,
  ),
  ...overflows(
    'Llama, Gemma, GLM, MiniMax (recorded from live Converse, 2026-09-22; harness-sdk#3969, 2026-08-25)',
    /^This model's maximum context length is \d+ tokens\.(?: However, you requested \d+ output tokens and your prompt contains at least \d+ input tokens, for a total of at least \d+ tokens\.| However, your (?:messages|request|prompt) (?:resulted in|has|contains) \d+ (?:input )?tokens\.| However, you requested \d+ tokens \(\d+ in the messages, \d+ in the completion\)\.)?(?: Please reduce the length of the (?:prompt|messages|input prompt|messages or completion|input prompt or the number of requested output tokens)\.?)?(?: \(parameter=\w+, value=\d+\))?$/,
  ),
  ...overflows(
    'Mistral (vLLM and Mistral servers, 2026)',
    /^Prompt contains \d+ tokens(?: and \d+ draft tokens)?,? too large for model with \d+ maximum context length\.?$/,
  ),
  ...overflows(
    'Grok (public test suites, 2026)',
    /^This model's maximum prompt length is \d+ but the request contains \d+ tokens\.?$/,
  ),
  ...overflows(
    'GPT-5 and later (public test suites, 2026)',
    /^Your input exceeds the context window of this model\. Please adjust your input and try again\.$/,
  ),
  ...overflows(
    'Cohere (API documentation, 2026)',
    /^too many tokens: total number of tokens in the prompt cannot exceed \d+(?: - received \d+)?\.?(?: Try using a shorter prompt, or enabling prompt truncating\. See https:\/\/docs\.cohere\.com\/reference\/generate for more details\.)?$/,
  ),
  ...overflows(
    'Titan embeddings (recorded, 2026-09-22)',
    /^Too many input tokens\. Max input tokens: \d+, request input token count: \d+$/,
  ),
  ...overflows(
    'Cohere and Titan, a text beyond the limit of characters (LiteLLM, 2026)',
    /^Malformed input request: (?:#(?:\/(?:texts|inputs|inputText|prompt|message)(?:\/\d+)?)?: )?expected maxLength: \d+, actual: \d+, please reformat your input and try again\.$/,
  ),
  ...overflows('Models with text prompts (LiteLLM, 2026)', /^(?:Malformed input request: )?prompt: length: 1\.\.\d+$/),
  {
    exception: VALIDATION,
    pattern:
      /^Invocation of model ID [\w.:/-]+ with on-demand throughput isn['\u2019]t supported\. Retry your request with the ID or ARN of an inference profile that contains this model\.$/,
    meaning: 'model-not-callable',
    source: 'AWS (terricain/aioboto3#352, 2024-12-03; juspay/neurolink#1380, 2026-08-20)',
  },
  {
    exception: VALIDATION,
    pattern: /^The provided model doesn['\u2019]t support on-demand throughput\.$/,
    meaning: 'model-not-callable',
    source: 'AWS (aws-samples/bedrock-chat#508, 2024-08-28)',
  },
  {
    exception: VALIDATION,
    pattern: /^The provided model identifier is invalid\.$/,
    meaning: 'model-not-callable',
    source: 'AWS (user guide, troubleshooting API error codes, 2026-11)',
  },
  {
    exception: VALIDATION,
    pattern: /^The provided model doesn['\u2019]t support counting tokens\.?$/,
    meaning: 'no-token-count',
    source: 'AWS, CountTokens (public test suites, 2026-08)',
  },
  {
    exception: 'accessdeniedexception',
    pattern: /^You don['\u2019]t have access to the model with the specified model ID\.$/,
    meaning: 'no-model-access',
    source: 'AWS (user guide, model access, 2026-11)',
  },
  {
    exception: 'accessdeniedexception',
    pattern:
      /^User: arn:[\w:/.@+=,-]+ is not authorized to perform: bedrock:InvokeModel(?:WithResponseStream)? on resource: arn:[\w:/.*-]+(?: because no [a-z -]+ policy allows the bedrock:InvokeModel(?:WithResponseStream)? action| with an explicit deny in an? [a-z -]+ policy)?$/,
    meaning: 'no-model-access',
    source: 'AWS IAM (IAM user guide, access denied error messages, 2026-11)',
  },
  {
    exception: 'resourcenotfoundexception',
    pattern:
      /^This model version has reached the end of its life\.(?: Please refer to the AWS documentation for more details\.)?$/,
    meaning: 'no-such-model',
    source: 'AWS (user guide, model lifecycle, 2026-10)',
  },
  {
    exception: 'resourcenotfoundexception',
    pattern:
      /^Access denied\. This Model is marked by provider as Legacy and you have not been actively using the model in the last \d+ days(?:\. Please upgrade to an active model on Amazon Bedrock)?\.?$/,
    meaning: 'no-such-model',
    source: 'AWS (user guide, model lifecycle, 2026-10)',
  },
  {
    exception: 'resourcenotfoundexception',
    pattern: /^Could not resolve the foundation model from the provided model identifier\.?$/,
    meaning: 'no-such-model',
    source: 'AWS (user guide, troubleshooting API error codes, 2026-11)',
  },
  {
    exception: 'resourcenotfoundexception',
    pattern:
      /^Model use case details have not been submitted for this account\.(?: Fill out the Anthropic use case details form before using the model\.)?(?: If you have already filled out the form, try again in \d+ minutes\.)?$/,
    meaning: 'no-such-model',
    source: 'AWS (user guide, model access, 2026-11)',
  },
];

/** Returns the meaning of a message beyond its exception's name; undefined if no template matches. */
export function meaningOfMessage(exception: string, message: string): MessageMeaning | undefined {
  const name = exception.toLowerCase();
  // Only messages of models have wrappers, and a model never denies access.
  const inner = name === VALIDATION ? innermostMessage(message) : message;
  if (inner === undefined) return undefined;
  return MESSAGE_TEMPLATES.find((template) => template.exception === name && template.pattern.test(inner))?.meaning;
}

function overflows(source: string, pattern: RegExp): MessageTemplate[] {
  return [{ exception: VALIDATION, pattern, meaning: 'context-overflow', source }];
}

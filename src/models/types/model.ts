import type { ModelPrice } from '../../usage/prices.ts';

/** How a model family wants reasoning to be asked for, in `additionalModelRequestFields`. */
export type ReasoningField =
  | 'thinking' // Claude
  | 'reasoningConfig' // Nova 2: { type, maxReasoningEffort }
  | 'reasoning_config' // DeepSeek, Qwen and others: a string
  | 'reasoning_effort' // gpt-oss: a flat string
  | 'reasoning' // OpenAI's closed models: { effort }
  | null;

/** How Claude's thinking behaves in one generation. */
export interface ThinkingRules {
  /** Accepts `{type:'enabled', budget_tokens}`. */
  budget: boolean;
  /** Accepts `{type:'adaptive'}` with an effort. */
  adaptive: boolean;
  /** On when the request says nothing. */
  byDefault: boolean;
  /** How "no thinking" is said: by leaving the field out, by `disabled`, by the lowest effort (it cannot be turned off), or by `between_tools`. */
  off: 'omit' | 'disabled' | 'effort' | 'between_tools';
  /** Accepted values of `output_config.effort`, lowest first; empty where there is no effort. */
  effort: readonly ReasoningEffort[];
  /** Signed thoughts hold for one account, one model, one set of instructions and tools: others refuse them. */
  bound?: true;
  /** Thinking text is only returned when `display: 'summarized'` asks for it. */
  displayOmitted: boolean;
  /** `display` is a field this place does not know (GovCloud). */
  displayRefused?: boolean;
}

/**
 * How an answer in JSON is asked for: in Bedrock's own words (`outputConfig.textFormat`), as the input of a tool
 * that must be called, or by instructions.
 */
export type OutputFormat = 'native' | 'tool' | 'prompt';

export type ReasoningEffort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** Formats for which AWS lifts the limit of a document for some models. */
export type LargeDocumentFormat = 'pdf' | 'docx';

/** What a model takes and refuses: data for the translators, never `if (id.includes(…))`. */
/** How many images a request may hold, and how large they may be in a request with many. */
export interface RequestImages {
  /** Images and documents of a request. */
  most: number;
  /** Images up to which `pixelsOfMany` does not apply. */
  few: number;
  /** Pixels a side of each image of a request with more than `few`. */
  pixelsOfMany: number;
}

export interface ModelRules {
  family: string;
  /** Tokens of prompt and answer together. */
  contextTokens: number;
  /** Most tokens of an answer; `maxTokens` above it is a ValidationException. */
  maxOutputTokens: number;
  /** What a token of output takes from the account's quota, in tokens; 1 where absent. */
  outputBurndown?: number;
  /** A larger maximum behind a beta flag (Claude 3.7: output-128k-2025-02-19). */
  extendedOutput?: { beta: string; maxOutputTokens: number };
  /** Beta flag of the computer-use tools, where the model has them. */
  computerUseBeta?: string;
  thinking: ThinkingRules | null;
  reasoningField: ReasoningField;
  /** Efforts that the field takes, lowest first, where they are not low, medium and high; Claude's stand in `thinking`. */
  efforts?: readonly ReasoningEffort[];
  /** `both`: temperature and top_p; `one`: either of them; `none`: any of them is refused. */
  sampling: 'both' | 'one' | 'none';
  topK: boolean;
  /** `any`/named tool choice: accepted, accepted only without thinking, or never. */
  forcedToolChoice: 'yes' | 'without-thinking' | 'never';
  /** Takes Anthropic's own `tool_choice` beside Converse's: `none`, and one call at a time. */
  nativeToolChoice?: true;
  /** Schemas of tools may not be combined (`anyOf`, `oneOf`, `allOf`) at their top. */
  plainToolSchemas?: true;
  /** Schemas of tools must be valid in this draft of JSON Schema. */
  toolSchemaDraft?: '2020-12';
  /** Names of properties in schemas must be 1 to 64 characters of ASCII letters, digits, `_`, `.` and `-`. */
  propertyNames?: 'ascii-64';
  /** Tool results may say that they are errors (`status`: "Nova and Claude 3/4 only", AWS API reference). */
  toolErrors?: true;
  /** The last message may be an assistant's, to be continued. */
  prefill: boolean;
  tools: boolean;
  /** Tool calls arrive in streams too. */
  toolStreaming: boolean;
  vision: boolean;
  /** Limits of the images of a whole request; absent: 20 images of a turn (AWS API reference, Message). */
  requestImages?: RequestImages;
  /** Images and documents may stand within the results of tools; elsewhere they stand beside them. */
  mediaInToolResults?: true;
  documents: boolean;
  /** Converse shows the pages of PDFs with citations only; without them, the model gets the text of a PDF. */
  pdfPagesByCitations?: true;
  /** Formats of documents that may have more than 4.5 MB. */
  largeDocuments?: readonly LargeDocumentFormat[];
  /** Takes audio; absent: no. */
  audio?: boolean;
  /** Takes a top-level `system`. */
  system: boolean;
  /** InvokeModel accepts messages with the role `system` within the conversation. */
  systemRole?: true;
  stopSequences: boolean;
  /** Stop sequences of nothing but whitespace, such as a line break, are taken too; Claude refuses them. */
  blankStopSequences?: true;
  /** Tool results and text may stand in one user message. */
  textBesideToolResults: boolean;
  /** Tool call ids must match; Mistral wants exactly nine alphanumerics. */
  toolIdPattern?: 'nine-alphanumeric';
  /** Accepts and returns signed reasoning blocks. */
  signatures: boolean;
  structuredOutput: OutputFormat;
  /** Takes tools that hold their calls to the schema (`strict`). */
  strictTools?: true;
  /** The highest effort that Converse's own `outputConfig` takes beside a format; absent: every effort of the model. */
  outputConfigEffort?: ReasoningEffort;
  /** Fewest tokens a cache point is worth; absent where the model has no prompt cache. */
  cacheMinTokens?: number;
  /** Longest life of a cache point; five minutes where absent. */
  cacheLife?: '1h';
  /** A cache point may stand behind the tools, too. */
  cacheTools?: boolean;
  /** Service tiers beside the default one; absent where there is none. */
  serviceTiers?: readonly ServiceTier[];
  /** Knows `performanceConfig.latency: optimized`. */
  optimizedLatency?: boolean;
  /** Knows `anthropic_beta`. */
  betaFlags?: boolean;
  /** The flags of `anthropic_beta` that it takes. */
  betas?: readonly string[];
  /** CountTokens takes it. */
  countsTokens?: true;
  /** Makes about 30 % more tokens of the same text than tokenizers before it. */
  tokenizer?: '2026';
}

/** How a model makes vectors of texts. */
export interface EmbeddingRules {
  /** Whose words its bodies are in. */
  form: 'titan' | 'cohere' | 'nova';
  /** Lengths of its vectors; where there are several, the request chooses. */
  dimensions: readonly number[];
  byDefault: number;
  /** Texts that one call takes. */
  textsAtOnce: number;
}

/** Bedrock's words for what OpenAI calls `service_tier`, without `default`. */
export type ServiceTier = 'flex' | 'priority' | 'reserved';

/** Dates as `YYYY-MM-DD`. */
export interface Lifecycle {
  launched?: string;
  legacy?: string;
  /** After this day AWS answers ResourceNotFoundException. */
  endOfLife?: string;
  /** AWS has announced that `endOfLife` is not before this day. */
  endNotBefore?: string;
}

/** How a model can be called. */
export interface Availability {
  /** Inference profile prefixes that exist for it: us, eu, apac, au, jp, in, ca, global. */
  prefixes: readonly string[];
  /** Can be called by its bare id (on-demand in the region). */
  onDemand: boolean;
}

/** One row of the table: a model as Bedrock has it. */
export interface Model extends Availability {
  /** Public name, e.g. `claude-sonnet-4-6`. */
  name: string;
  displayName: string;
  provider: string;
  /** Bedrock's foundation model id without a region prefix. */
  id: string;
  aliases: readonly string[];
  rules: ModelRules;
  /** The largest answer is the family's and not known of this model: requests without a limit ask for a small one. */
  outputIsAssumed?: true;
  /** Set for models that make vectors and do not talk. */
  embedding?: EmbeddingRules;
  price?: ModelPrice;
  lifecycle: Lifecycle;
  /** Name of the model that answers in its place after its end of life. */
  successor?: string;
}

/** Where a request can be sent. */
export interface Target {
  /** Label in logs and metrics. */
  id: string;
  region: string;
  /** Inference profile id, foundation model id or ARN, as Bedrock's `modelId`. */
  modelId: string;
  /** Prefix of the profile that is called, `on-demand` where it is none: the price depends on it. Absent where an ARN hides it. */
  profile?: string;
  /** One of bedrock.accounts; absent: the gateway's own. */
  account?: string;
  /** In place of bedrock.endpoint. */
  endpoint?: string;
  /** Share of the requests among targets of the same priority; absent for all targets of a route or for none. */
  weight?: number;
  /** Lower ones first; 1 where absent. */
  priority?: number;
}

/** The registry's answer: which model, where, and what has to be told. */
export interface Route {
  /** The name the client used. */
  requested: string;
  /** The model that answers, after redirects; its `name` goes into the answer. */
  model: Model;
  /** In the order to try. */
  targets: readonly Target[];
  /** Thinking was asked for by the name itself (`…-thinking`). */
  thinkingByName: boolean;
  /** The name asked for the long context (`[1m]`). */
  longContext?: true;
  /** Set when a retired model was asked for and its successor answers. */
  redirectedFrom?: Model;
  /** Models that answer, in this order, when all targets have failed; absent where there are none. */
  fallbacks?: readonly Route[];
}

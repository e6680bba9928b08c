import type { CatalogDeprecation } from './catalog-entry.ts';
import type { ListPrice } from '../../usage/price-list/list-price.ts';

/** Field of `additionalModelRequestFields` with which a model family requests reasoning. */
export type ReasoningField =
  | 'thinking' // Claude
  | 'reasoningConfig' // Nova 2: { type, maxReasoningEffort }
  | 'reasoning_config' // DeepSeek, Qwen and others: a string
  | 'reasoning_effort' // gpt-oss: a flat string
  | 'reasoning' // OpenAI's closed models: { effort }
  | null;

/** Thinking of one generation of Claude. */
export interface ThinkingRules {
  /** True if `{type:'enabled', budget_tokens}` is accepted. */
  budget: boolean;
  /** True if `{type:'adaptive'}` with an effort is accepted. */
  adaptive: boolean;
  /** True if the model thinks when the request has no thinking field. */
  byDefault: boolean;
  /**
   * How thinking is disabled: by omitting the field, by `disabled`, by the lowest effort (the model always thinks), or
   * by `between_tools`.
   */
  off: 'omit' | 'disabled' | 'effort' | 'between_tools';
  /** Accepted values of `output_config.effort`, in ascending order; empty if the model has no effort. */
  effort: readonly ReasoningEffort[];
  /** True if signed thinking is bound to its account, model, instructions and tools, and rejected elsewhere. */
  accountBound?: true;
  /** True if the model returns thinking text only with `display: 'summarized'`. */
  displayOmitted: boolean;
  /** True if the region rejects `display` (GovCloud). */
  displayRejected?: boolean;
}

/**
 * How JSON output is requested: natively (`outputConfig.textFormat`), as the input of a forced tool, or by
 * instructions.
 */
export type OutputFormat = 'native' | 'tool' | 'prompt';

/** Reasoning effort, in ascending order. */
export type ReasoningEffort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** Document formats that exceed the size limit on some models. */
export type LargeDocumentFormat = 'pdf' | 'docx';

/** Limits of the images of a request. */
export interface RequestImages {
  /** Maximum images and documents of a request. */
  max: number;
  /** Maximum images of a request to which `pixelsOfMany` does not apply. */
  few: number;
  /** Maximum pixels on each side of an image in a request with more than `few` images. */
  pixelsOfMany: number;
}

/** Capabilities and limits of a model. Data for the translators, which never check model ids. */
export interface ModelRules {
  family: string;
  /** Maximum tokens of prompt and answer together. */
  contextTokens: number;
  /** Maximum tokens of an answer. Bedrock rejects a higher `maxTokens` with a ValidationException. */
  maxOutputTokens: number;
  /** Tokens that one token of output takes from the account's quota; 1 if absent. */
  outputBurndown?: number;
  /** Higher maximum with a beta flag (Claude 3.7: output-128k-2025-02-19). */
  extendedOutput?: { beta: string; maxOutputTokens: number };
  /** Beta flag of the computer-use tools; absent if the model lacks them. */
  computerUseBeta?: string;
  thinking: ThinkingRules | null;
  reasoningField: ReasoningField;
  /** Accepted efforts in ascending order, if they differ from low, medium and high. Claude's are in `thinking`. */
  efforts?: readonly ReasoningEffort[];
  /** `both`: temperature and top_p. `one`: one of them. `none`: both are rejected. */
  sampling: 'both' | 'one' | 'none';
  topK: boolean;
  /** Whether tool choices `any` and by name are accepted: always, without thinking only, or never. */
  forcedToolChoice: 'yes' | 'without-thinking' | 'never';
  /** True if the model accepts Anthropic's `tool_choice` beside Converse's: `none`, and one call at a time. */
  nativeToolChoice?: true;
  /** True if tool schemas must not have `anyOf`, `oneOf` or `allOf` at the top level. */
  plainToolSchemas?: true;
  /** Draft of JSON Schema in which tool schemas must be valid. */
  toolSchemaDraft?: '2020-12';
  /** Restriction of property names in schemas: 1 to 64 ASCII letters, digits, `_`, `.` and `-`. */
  propertyNames?: 'ascii-64';
  /** True if tool results can have a `status` ("Nova and Claude 3/4 only", AWS API reference). */
  toolErrors?: true;
  /** True if the last message can be the assistant's, for the model to continue. */
  prefill: boolean;
  tools: boolean;
  /** True if tool calls are supported in streams. */
  toolStreaming: boolean;
  vision: boolean;
  /** Image limits of a whole request; if absent, a turn can have 20 images (AWS API reference, Message). */
  requestImages?: RequestImages;
  /** True if tool results can contain images and documents. Otherwise they follow the results. */
  mediaInToolResults?: true;
  documents: boolean;
  /** True if Converse passes the pages of PDFs with citations only. Without them, the model receives the text. */
  pdfPagesByCitations?: true;
  /** Document formats that can exceed 4.5 MB. */
  largeDocuments?: readonly LargeDocumentFormat[];
  /** True if the model accepts audio. */
  audio?: boolean;
  /** True if the model accepts a top-level `system`. */
  system: boolean;
  /** True if InvokeModel accepts messages with the role `system` within the conversation. */
  systemRole?: true;
  stopSequences: boolean;
  /** True if the model accepts stop sequences of white space only, such as a line break. Claude rejects them. */
  blankStopSequences?: true;
  /** True if a user message can contain tool results and text. */
  textBesideToolResults: boolean;
  /** Required form of tool call ids. Mistral requires exactly nine letters and digits. */
  toolIdPattern?: 'nine-alphanumeric';
  /** True if the model accepts and returns signed reasoning blocks. */
  signatures: boolean;
  structuredOutput: OutputFormat;
  /** True if the model can enforce the schema of tool inputs (`strict`). */
  strictTools?: true;
  /**
   * Highest effort that Converse's `outputConfig` accepts beside a format; absent if it accepts every effort of the
   * model.
   */
  outputConfigEffort?: ReasoningEffort;
  /** Minimum tokens of a prefix to cache; absent if the model has no prompt cache. */
  cacheMinTokens?: number;
  /** Longest lifetime of a cache point; five minutes if absent. */
  cacheLife?: '1h';
  /** True if a cache point can follow the tools. */
  cacheTools?: boolean;
  /** Service tiers beyond the default; absent if there are none. */
  serviceTiers?: readonly ServiceTier[];
  /** True if `performanceConfig.latency: optimized` is accepted. */
  optimizedLatency?: boolean;
  /** True if `anthropic_beta` is accepted. */
  betaFlags?: boolean;
  /** Accepted flags of `anthropic_beta`. */
  betas?: readonly string[];
  /** True if CountTokens supports the model. */
  countsTokens?: true;
  /** Tokenizer that produces about 30 % more tokens for the same text than earlier ones. */
  tokenizer?: '2026';
}

/** Rules of an embedding model. */
export interface EmbeddingRules {
  /** Vendor's format of its request bodies. */
  form: 'titan' | 'cohere' | 'nova';
  /** Supported vector lengths. If there are several, the request chooses. */
  dimensions: readonly number[];
  /** Vector length if the request names none. */
  byDefault: number;
  /** Maximum texts of one request. */
  textsAtOnce: number;
}

/** Bedrock's service tiers, without `default`. */
export type ServiceTier = 'flex' | 'priority' | 'reserved';

/** Dates as `YYYY-MM-DD`. */
export interface Lifecycle {
  launched?: string;
  /** Day from which AWS lists the model as legacy. */
  legacy?: string;
  /** Last day. Afterwards AWS answers ResourceNotFoundException. */
  endOfLife?: string;
  /** AWS's announced earliest day of `endOfLife`. */
  endNotBefore?: string;
}

/** How a model can be called. */
export interface Availability {
  /** Inference profile prefixes that exist for the model: us, eu, apac, au, jp, in, ca, global. */
  prefixes: readonly string[];
  /** True if the model can be called by its bare id (on-demand in the region). */
  onDemand: boolean;
}

/** One model of the table, as Bedrock offers it. */
export interface Model extends Availability {
  /** Public name, such as `claude-sonnet-4-6`. */
  name: string;
  displayName: string;
  provider: string;
  /** Bedrock's foundation model id without a region prefix. */
  id: string;
  aliases: readonly string[];
  rules: ModelRules;
  /**
   * True if `maxOutputTokens` is the family's and not verified for this model. Requests without a limit then get a
   * small one.
   */
  outputIsAssumed?: true;
  /** Set for embedding models, which cannot chat. */
  embedding?: EmbeddingRules;
  price?: ListPrice;
  lifecycle: Lifecycle;
  /** Name of the model that answers after the end of life. */
  successor?: string;
}

/** A place to which a request can be sent. */
export interface Target {
  /** Label in logs and metrics. */
  id: string;
  region: string;
  /** Inference profile id, foundation model id or ARN, for Bedrock's `modelId`. */
  modelId: string;
  /**
   * Prefix of the called profile, or `on-demand` for a bare id. Determines the price. Absent if an ARN does not contain
   * it.
   */
  profile?: string;
  /** Name of an entry of bedrock.accounts; if absent, the gateway's own account. */
  account?: string;
  /** Replaces bedrock.endpoint. */
  endpoint?: string;
  /** Share of the requests among targets of equal priority. Set for all targets of a route or for none. */
  weight?: number;
  /** Priority; lower values first, 1 if absent. */
  priority?: number;
}

/** Result of resolving a model name. */
export interface Route {
  /** The name that the client sent. */
  requested: string;
  /** The model that answers, after redirects. The response contains its `name`. */
  model: Model;
  /** Targets in the order to try. */
  targets: readonly Target[];
  /** True if the name requests thinking (`…-thinking`). */
  thinkingByName: boolean;
  /** True if the name requests the long context (`[1m]`). */
  longContext?: true;
  /** The requested model, if it is retired and its successor answers. */
  redirectedFrom?: Model;
  /** Set if the catalog of the company deprecates the model that answers. */
  deprecation?: CatalogDeprecation;
  /** Fallback models, tried in this order after all targets have failed; absent if there are none. */
  fallbacks?: readonly Route[];
}

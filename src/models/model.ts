/** How a model family wants reasoning to be asked for, in `additionalModelRequestFields`. */
export type ReasoningField =
  | 'thinking' // Claude
  | 'reasoningConfig' // Nova 2: { type, maxReasoningEffort }
  | 'reasoning_config' // DeepSeek, Qwen and others: a string
  | 'reasoning_effort' // gpt-oss: a flat string
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
  effort: readonly Effort[];
  /** Thinking text is only returned when `display: 'summarized'` asks for it. */
  displayOmitted: boolean;
}

/**
 * How an answer in JSON is asked for: in Bedrock's own words (`outputConfig.textFormat`), as the input of a tool
 * that must be called, or by instructions.
 */
export type StructuredWay = 'native' | 'tool' | 'prompt';

export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** What a model takes and refuses: data for the translators, never `if (id.includes(…))`. */
export interface ModelRules {
  family: string;
  /** Tokens of prompt and answer together. */
  contextTokens: number;
  /** Most tokens of an answer; `maxTokens` above it is a ValidationException. */
  maxOutputTokens: number;
  /** A larger maximum behind a beta flag (Claude 3.7: output-128k-2025-02-19). */
  extendedOutput?: { beta: string; maxOutputTokens: number };
  /** Beta flag of the computer-use tools, where the model has them. */
  computerUseBeta?: string;
  thinking: ThinkingRules | null;
  reasoningField: ReasoningField;
  /** `both`: temperature and top_p; `one`: either of them; `none`: any of them is refused. */
  sampling: 'both' | 'one' | 'none';
  topK: boolean;
  /** `any`/named tool choice: accepted, accepted only without thinking, or never. */
  forcedToolChoice: 'yes' | 'without-thinking' | 'never';
  /** Takes Anthropic's own `tool_choice` beside Converse's: `none`, and one call at a time. */
  nativeToolChoice?: true;
  /** Tool results may say that they are errors (`status`: "Nova and Claude 3/4 only", AWS API reference). */
  toolErrors?: true;
  /** The last message may be an assistant's, to be continued. */
  prefill: boolean;
  tools: boolean;
  /** Tool calls arrive in streams too. */
  toolStreaming: boolean;
  vision: boolean;
  documents: boolean;
  /** Takes a top-level `system`. */
  system: boolean;
  stopSequences: boolean;
  /** Tool results and text may stand in one user message. */
  textBesideToolResults: boolean;
  /** Tool call ids must match; Mistral wants exactly nine alphanumerics. */
  toolIdPattern?: 'nine-alphanumeric';
  /** Accepts and returns signed reasoning blocks. */
  signatures: boolean;
  structuredOutput: StructuredWay;
  /** Fewest tokens a cache point is worth; absent where the model has no prompt cache. */
  cacheMinTokens?: number;
}

/** USD per million tokens at the global (or bare) profile; geographic profiles cost 10 % more. */
export interface Price {
  input: number;
  output: number;
  cacheRead?: number;
  cacheWrite?: number;
}

/** Dates as `YYYY-MM-DD`. */
export interface Lifecycle {
  launched?: string;
  legacy?: string;
  /** After this day AWS answers ResourceNotFoundException. */
  endOfLife?: string;
}

/** One row of the table: a model as Bedrock has it. */
export interface ModelCard {
  /** Public name, e.g. `claude-sonnet-4-6`. */
  name: string;
  displayName: string;
  provider: string;
  /** Bedrock's foundation model id without a region prefix. */
  id: string;
  aliases: readonly string[];
  /** Inference profile prefixes that exist for it: us, eu, apac, au, jp, in, ca, global. */
  prefixes: readonly string[];
  /** Can be called by its bare id (on-demand in the region). */
  onDemand: boolean;
  rules: ModelRules;
  price?: Price;
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
}

/** The registry's answer: which model, where, and what has to be told. */
export interface Route {
  /** The name the client used. */
  requested: string;
  /** The model that answers, after redirects; its `name` goes into the answer. */
  model: ModelCard;
  /** In the order to try. */
  targets: readonly Target[];
  /** Thinking was asked for by the name itself (`…-thinking`). */
  thinkingByName: boolean;
  /** Set when a retired model was asked for and its successor answers. */
  redirectedFrom?: ModelCard;
}

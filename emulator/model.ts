export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** Anthropic's rules of one model generation. */
export interface ClaudeRules {
  /** Which values of `thinking.type` are accepted. */
  thinkingTypes: readonly ('enabled' | 'adaptive' | 'disabled' | 'between_tools')[];
  /** Whether the model thinks when `thinking` is left out. */
  thinksByDefault: boolean;
  /** `disabled` and `between_tools` only go with these efforts. */
  effortsWithoutThinking: readonly Effort[];
  /** What `thinking.display` is when left out. */
  display: 'summarized' | 'omitted';
  efforts: readonly Effort[];
  /** both: temperature and top_p; one-of: not together; default-only: nothing but 1; none: refused. */
  sampling: 'both' | 'one-of' | 'default-only' | 'none';
  forcedTools: 'always' | 'without-thinking' | 'never';
  prefill: boolean;
  /** InvokeModel accepts messages with the role `system` behind a turn of the user. */
  systemRole?: true;
  textFormat: boolean;
  /** Thinking blocks are only accepted by the model, and after the system prompt and tools, that they were made with. */
  bindsThinking: boolean;
  tools: boolean;
  images: boolean;
  /** PDFs may have more than 4.5 MB. */
  largePdf?: true;
}

/** What the other families refuse in Converse. */
export interface PlainRules {
  system: boolean;
  images: boolean;
  /** Only the models that are known to read no documents say so. */
  documents?: false;
  audio?: true;
  /** Images may stand in results of tools. */
  imagesInResults?: true;
  /** Formats that may have more than 4.5 MB. */
  largeDocuments?: readonly string[];
  tools: boolean;
  /** Whether toolChoice may be given at all. */
  toolChoice: boolean;
  /** Text beside tool results in one turn is accepted. */
  textWithToolResults: boolean;
  toolUseId: RegExp | undefined;
  /** Whether stop sequences may be given at all. */
  stopSequences: boolean;
  /** The field of additionalModelRequestFields that asks it to reason. */
  reasoningField: 'reasoningConfig' | 'reasoning_config' | 'reasoning_effort' | 'reasoning' | undefined;
  reasons: 'always' | 'when-asked' | 'never';
  /** Takes `outputConfig.textFormat`. */
  textFormat?: true;
}

export interface Model {
  id: string;
  name: string;
  provider: string;
  /** Geographies of its inference profiles. */
  profiles: readonly string[];
  /** May be called by its bare id. */
  onDemand: boolean;
  contextTokens: number;
  outputTokens: number;
  /** More output, with a beta flag. */
  longOutput?: { beta: string; outputTokens: number };
  /** Fewest tokens of a cached prefix; undefined: no prompt caching. */
  cacheMinimum?: number;
  countsTokens: boolean;
  legacySince?: string;
  /** The first day on which calls fail. */
  endOfLife?: string;
  claude?: ClaudeRules;
  plain?: PlainRules;
  /** An embedding model, by the form of its bodies. */
  embeds?: 'titan-v1' | 'titan-v2' | 'cohere-v3' | 'cohere-v4' | 'nova';
}

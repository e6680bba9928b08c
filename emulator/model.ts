export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** Anthropic's rules for one model generation. */
export interface ClaudeRules {
  /** Accepted values of `thinking.type`. */
  thinkingTypes: readonly ('enabled' | 'adaptive' | 'disabled' | 'between_tools')[];
  /** True if the model thinks when the request has no `thinking`. */
  thinksByDefault: boolean;
  /** Efforts that are accepted together with the thinking types `disabled` and `between_tools`. */
  effortsWithoutThinking: readonly Effort[];
  /** Default of `thinking.display`. */
  display: 'summarized' | 'omitted';
  efforts: readonly Effort[];
  /**
   * Accepted sampling parameters. `both`: temperature and top_p; `one-of`: only one of them; `default-only`: only the
   * value 1; `none`: each is rejected.
   */
  sampling: 'both' | 'one-of' | 'default-only' | 'none';
  forcedTools: 'always' | 'without-thinking' | 'never';
  prefill: boolean;
  /** InvokeModel accepts messages with the role `system` after a user turn. */
  systemRole?: true;
  textFormat: boolean;
  /** The model accepts only thinking blocks that it produced itself, after the same system prompt and tools. */
  bindsThinking: boolean;
  tools: boolean;
  images: boolean;
  /** PDFs can be larger than 4.5 MB. */
  largePdf?: true;
}

/** Rules of Converse for a model family other than Claude. */
export interface OtherModelRules {
  system: boolean;
  images: boolean;
  /** Set only for models that are known not to support documents. */
  documents?: false;
  audio?: true;
  /** Tool results can contain images. */
  imagesInResults?: true;
  /** Document formats that can be larger than 4.5 MB. */
  largeDocuments?: readonly string[];
  tools: boolean;
  /** True if requests can set `toolChoice`. */
  toolChoice: boolean;
  /** True if one turn can contain both text and tool results. */
  textWithToolResults: boolean;
  toolUseId: RegExp | undefined;
  /** True if requests can set stop sequences. */
  stopSequences: boolean;
  /** Field of `additionalModelRequestFields` that turns reasoning on. */
  reasoningField: 'reasoningConfig' | 'reasoning_config' | 'reasoning_effort' | 'reasoning' | undefined;
  reasons: 'always' | 'when-asked' | 'never';
  /** True if the model supports `outputConfig.textFormat`. */
  textFormat?: true;
}

export interface Model {
  id: string;
  name: string;
  provider: string;
  /** Geographies of its inference profiles. */
  profiles: readonly string[];
  /** True if requests can name the model by its id, without an inference profile. */
  onDemand: boolean;
  contextTokens: number;
  outputTokens: number;
  /** Larger limit of output tokens that a beta flag enables. */
  longOutput?: { beta: string; outputTokens: number };
  /** Minimum tokens of a cached prefix. Undefined if the model has no prompt caching. */
  cacheMinimum?: number;
  countsTokens: boolean;
  legacySince?: string;
  /** First day on which calls fail, as `YYYY-MM-DD`. */
  endOfLife?: string;
  claude?: ClaudeRules;
  plain?: OtherModelRules;
  /** Body format of an embedding model; undefined for other models. */
  embeds?: 'titan-v1' | 'titan-v2' | 'cohere-v3' | 'cohere-v4' | 'nova';
}

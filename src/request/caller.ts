/** A list of models that an owner of a request allows. */
export interface ModelAllowList {
  /** Owner for messages, such as `team 'search'` or `this API key`. */
  readonly owner: string;
  /** Names or patterns with `*`. One array for all callers with the same list, because compiled patterns are kept for each array. */
  readonly models: readonly string[];
}

/** Places to which the data of a request may go. Absent lists allow every place. */
export interface ResidencyRule {
  /** Owner for messages, such as `team 'search'`. */
  readonly owner: string;
  /** Geographies of inference profiles, such as `eu`; a model in one region has the geography of the region. */
  readonly geographies?: readonly string[];
  /** Prefixes, ids or ARNs of inference profiles. */
  readonly profiles?: readonly string[];
  /** Names of `bedrock.accounts`, or `own` for the account of the gateway. */
  readonly accounts?: readonly string[];
}

/** A guardrail that a request cannot replace. */
export interface RequiredGuardrail {
  /** Owner for messages. */
  readonly owner: string;
  readonly id: string;
  readonly version: string;
}

/** What a caller may use, from its team, application, key, principal and token. Frozen; the same for many callers. */
export interface ModelAccess {
  /** Lists that must all allow a model. Empty: every model is allowed. */
  readonly lists: readonly ModelAllowList[];
  /** Rules that a target must all meet. */
  readonly residency: readonly ResidencyRule[];
  /** Owner of `modelChange: exact`, for messages. Absent: successors, fallbacks and the default model may answer. */
  readonly exactModel?: string;
  readonly guardrail?: RequiredGuardrail;
}

/** Limits of one owner. Absent limits do not apply. */
export interface CallerLimits {
  readonly requestsPerMinute?: number;
  /** Input, cache writes and output. */
  readonly tokensPerMinute?: number;
  /** Tokens of a day in UTC. */
  readonly tokensPerDay?: number;
  /** Requests in flight in each replica. */
  readonly maxInFlight?: number;
}

/** How the calls of a team appear on the bill of AWS. Frozen, from the team and its parent. */
export interface TeamAttribution {
  /** IAM role that replaces the configured one of the same AWS account. */
  readonly roleArn?: string;
  readonly sessionTags?: Readonly<Record<string, string>>;
  /** Inference profiles to call, by name or id of the model. */
  readonly profiles?: Readonly<Record<string, string>>;
  /** Text that differs for different roles and tags. */
  readonly key: string;
}

/** A team or application that a request belongs to. */
export interface CallerGroup {
  readonly id: string;
  readonly name: string;
}

/** The caller of a request: an API key or a principal with a token. Frozen, because all its requests share it. */
export interface Caller {
  /** Name of the key, or id of the principal; a label in logs, limits and metrics. */
  name: string;
  /**
   * Stable id of the key or principal, by which limits are counted and which owns stored responses, kept thinking and cached
   * answers. A key of the file has the beginning of its hash.
   */
  id: string;
  /** Names or patterns with `*` of the models that this key may use. Absent: all models. */
  models?: readonly string[];
  /** Rules of team, application, principal and token. Absent: only `models` applies. */
  access?: ModelAccess;
  /** The caller's own limits. */
  limits?: CallerLimits;
  team?: CallerGroup;
  application?: CallerGroup;
  /** Id of the principal. It is the caller, or the owner of the key. */
  principal?: string;
  /** Cost center of the application, else of the team, else of its parent. */
  costCenter?: string;
  /** Role, tags and profiles of the team on the bill of AWS. Absent if its document has none. */
  attribution?: TeamAttribution;
  /** True if traces may contain the content of its requests. */
  traceContent?: boolean;
  /** True if the key may read /metrics. */
  metrics?: boolean;
}

/**
 * What becomes of a request field.
 * `honoured`: Bedrock is told, in its own words. `emulated`: the gateway does it itself.
 * `adjusted`: the model gets the nearest that it takes, and `x-outcrop-adjusted` says what.
 * `ignored`: nothing comes of it, and the header says so. `refused`: 400, since an answer without it would be wrong.
 */
export type Treatment = 'honoured' | 'emulated' | 'adjusted' | 'ignored' | 'refused';

/** One row: a request field and what becomes of it. */
export interface Parameter {
  /** Path in the request: `seed`, `stream_options.include_usage`, `messages[].name`. */
  readonly field: string;
  readonly verdict: Treatment;
  /** What becomes of it on models that lack something, and what that is: "a prompt cache". */
  readonly without?: { readonly capability: string; readonly verdict: Treatment };
  /** One sentence for the documentation; also the message of a refusal. */
  readonly note: string;
  /** Values that ask for nothing, OpenAI's defaults; null, empty lists and empty objects never ask. */
  readonly harmless?: readonly unknown[];
  /** For fields that ask by being there: `{}` does, too. */
  readonly whenEmpty?: 'asks';
  /** Its verdict depends on more than the field itself: a translator makes it true, everything else of this kind the table. */
  readonly judgedBy?: 'translator';
}

/** The rows of one dialect. */
export type ParameterTable = readonly Parameter[];

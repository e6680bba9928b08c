/**
 * Treatment of a request field.
 * With `honored`, the field is sent to Bedrock in Bedrock's format.
 * With `emulated`, the gateway implements the field.
 * With `adjusted`, the model receives the nearest value that it accepts, and `x-outcrop-adjusted` reports the change.
 * With `ignored`, the field has no effect, which the header reports.
 * With `rejected`, the request gets 400, because an answer without the field would be wrong.
 */
export type Treatment = 'honored' | 'emulated' | 'adjusted' | 'ignored' | 'rejected';

/** One row of a table: a request field and its treatment. */
export interface Parameter {
  /** Path in the request: `seed`, `stream_options.include_usage`, `messages[].name`. */
  readonly field: string;
  readonly treatment: Treatment;
  /** Treatment by models that lack a capability, and the name of the capability, such as "a prompt cache". */
  readonly without?: { readonly capability: string; readonly treatment: Treatment };
  /** Sentence for the documentation. For rejected fields it is also the error message. */
  readonly note: string;
  /** Values without effect, such as OpenAI's defaults. Null, empty lists and empty objects never have an effect. */
  readonly harmless?: readonly unknown[];
  /** Set for fields that have an effect even if their value is an empty object. */
  readonly whenEmpty?: 'asks';
  /** Set if the treatment depends on more than this field, so that a translator applies it instead of the table. */
  readonly checkedBy?: 'translator';
}

/** Rows of one API. */
export type ParameterTable = readonly Parameter[];

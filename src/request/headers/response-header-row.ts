/** The responses that can have a header. `limited`: those to a key with a limit of requests. `answer`: those of a model. */
export type HeaderOccasion = 'every' | 'limited' | 'answer' | 'error' | 'page' | 'protocol';

/** A header that the gateway writes to its own responses. */
export interface ResponseHeaderRow {
  on: HeaderOccasion;
  /** The API whose clients read it; absent for all. */
  api?: 'anthropic' | 'bedrock';
  /** Statuses of the errors that have it; absent for all. */
  statuses?: readonly number[];
  schema: 'string' | 'integer' | 'number' | 'boolean';
  /** The condition, as a sentence fragment for docs/headers.md. */
  when: string;
  /** One sentence for /openapi.json and docs/headers.md. */
  description: string;
}

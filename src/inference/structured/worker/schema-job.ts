/** One piece of work for the schema worker. Plain data: it crosses threads. */
export interface SchemaJob {
  /** Id of the API key; the compiled schemas of the worker are shared out by it. */
  owner: string;
  /** Hash of the schema's JSON. */
  digest: string;
  /** JSON of the schema. */
  schema: string;
  /** JSON of the answer to check; absent: the schema is compiled only. */
  answer?: string;
}

/** The result of a completed job; `too_complex` is a schema that exhausts the stack. */
export type SchemaVerdict =
  | { kind: 'ok' }
  | { kind: 'problem'; problem: string }
  | { kind: 'unusable'; reason: string }
  | { kind: 'too_complex' };

/** What the worker sends: once when it is ready, then once a job. */
export interface WorkerMessage {
  /** Milliseconds of CPU time of the thread since its start. */
  cpuMs: number;
  verdict?: SchemaVerdict;
}

/** A job for the schema worker. It contains plain data, because it is sent to another thread. */
export interface SchemaJob {
  /** Id of the API key: the worker divides its memory for compiled schemas by it. */
  owner: string;
  /** Hash of the schema's JSON. */
  digest: string;
  /** JSON of the schema. */
  schema: string;
  /** JSON of the answer to check; absent if the schema is only compiled. */
  answer?: string;
}

/** The result of a completed job; `too_complex` is a schema that exhausts the stack. */
export type SchemaVerdict =
  | { kind: 'ok' }
  | { kind: 'problem'; problem: string }
  | { kind: 'unusable'; reason: string }
  | { kind: 'too_complex' };

/** A message of the worker: one when it is ready, then one for each job. */
export interface WorkerMessage {
  /** Milliseconds of CPU time of the thread since its start. */
  cpuMs: number;
  verdict?: SchemaVerdict;
}

/**
 * The schema worker: compiles schemas and checks answers, one job after the other. It runs in its own thread, because
 * the time of both is unbounded; `schema-thread.ts` terminates the thread if necessary. In tests, Node runs this source
 * file without compiling it, so the file contains no decorators and no enums.
 */
import { parentPort } from 'node:worker_threads';
import { FairCache } from '../../../shared-state/fair-cache.ts';
import type { JsonSchema } from '../../../translation/json-schema/json-schema.ts';
import { SchemaCompiler, SchemaError, type Validator } from '../../../translation/json-schema/schema-compiler.ts';
import type { SchemaJob, SchemaVerdict, WorkerMessage } from './schema-job.ts';

/** Maximum characters of all schemas in memory. Their compiled form is about ten times as large. */
const MAX_STORED_CHARACTERS = 2 * 1_024 * 1_024;

interface StoredValidator {
  validate: Validator;
  characters: number;
}

const compiler = new SchemaCompiler();
const validators = new FairCache<StoredValidator>({
  limits: () => ({ maxBytes: MAX_STORED_CHARACTERS }),
  sizeOf: ({ characters }) => characters,
});

function verdictOf(job: SchemaJob): SchemaVerdict {
  try {
    const validate = validatorOf(job);
    if (job.answer === undefined) return { kind: 'ok' };
    const problem = validate(JSON.parse(job.answer));
    return problem === undefined ? { kind: 'ok' } : { kind: 'problem', problem };
  } catch (error) {
    if (error instanceof SchemaError) return { kind: 'unusable', reason: error.message };
    return { kind: 'too_complex' };
  }
}

function validatorOf({ owner, digest, schema }: SchemaJob): Validator {
  const key = `${owner} ${digest}`;
  const known = validators.get(key);
  if (known) return known.validate;
  const validate = compiler.compile(JSON.parse(schema) as JsonSchema);
  validators.set(owner, key, { validate, characters: schema.length });
  return validate;
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

// Loads Ajv and its grammar before the first job, so that no API key is charged for the CPU time.
compiler.compile({ type: 'string' });
parentPort?.on('message', (job: SchemaJob) => {
  const verdict = verdictOf(job);
  parentPort?.postMessage({ verdict, cpuMs: cpuMs() } satisfies WorkerMessage);
});
parentPort?.postMessage({ cpuMs: cpuMs() } satisfies WorkerMessage);

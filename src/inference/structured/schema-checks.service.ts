import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { FairCache } from '../../shared-state/fair-cache.ts';
import type { SchemaCheck, SchemaCheckResult } from '../../translation/json-schema/expected-output.ts';
import type { JsonSchema } from '../../translation/json-schema/json-schema.ts';
import { SchemaCompiler, SchemaError, type Validator } from '../../translation/json-schema/schema-compiler.ts';
import { isQuickCheck, schemaCost, type SchemaCost } from '../../translation/json-schema/schema-cost.ts';
import {
  costlySchema,
  rejectedSchema,
  type SchemaRejectionText,
  schemaNotCompiled,
  tooComplexSchema,
  uncheckedReason,
  unusableSchema,
} from './schema-errors.ts';
import { type JobCall, SchemaJobs } from './schema-jobs.service.ts';
import type { SchemaJob } from './worker/schema-job.ts';

/** Number of compiled small schemas; each takes about 30 KB. */
const MAX_VALIDATORS = 300;
const MAX_ACCEPTED = 10_000;
/** Number of rejections; each takes at most 600 bytes. */
const MAX_REJECTED = 2_000;
/** Lifetime of a rejection, because a busy machine may reject a schema that it accepts later. */
const REJECTED_MS = 10 * 60_000;
/**
 * Maximum characters of an answer to check, because of the memory of the worker. No model generates as many (2026-11).
 */
const MAX_ANSWER_CHARACTERS = 2 * 1_024 * 1_024;

/** A small schema, and the cost of checking an answer against it. */
interface QuickSchema {
  validate: Validator;
  cost: SchemaCost;
}

/**
 * Compiles the schemas of clients and checks answers against them. Handles small schemas itself, for which an estimate
 * limits both to about a millisecond. The schema worker handles all others. Results are remembered for each API key,
 * because clients choose the schemas.
 */
@Injectable()
export class SchemaValidators {
  private readonly compiler = new SchemaCompiler();
  private readonly quick = new FairCache<QuickSchema>({ limits: () => ({ maxEntries: MAX_VALIDATORS }) });
  private readonly accepted = new FairCache<true>({ limits: () => ({ maxEntries: MAX_ACCEPTED }) });
  private readonly rejected = new FairCache<SchemaRejectionText>({ limits: () => ({ maxEntries: MAX_REJECTED }) });

  constructor(
    private readonly config: GatewayConfig,
    private readonly jobs: SchemaJobs,
  ) {}

  /**
   * Compiles a schema. Throws GatewayError 400 with `param` if the schema is not valid or too complex, 429 if the API key has
   * spent its CPU time, 503 if too many schemas wait.
   */
  async of(schema: JsonSchema, param: string, context: JobCall): Promise<SchemaCheck> {
    const json = JSON.stringify(schema);
    const job: SchemaJob = { owner: context.caller?.id ?? '', digest: hash('sha256', json), schema: json };
    const rejected = this.rejected.get(keyOf(job));
    if (rejected) {
      this.jobs.remembered();
      throw rejectedSchema(rejected, param);
    }
    const quick = this.quickSchema(schema, job, param);
    if (!quick && !this.accepted.get(keyOf(job))) await this.compile(job, param, context);
    // One check after the other, so that the answers of one request do not fill the queue.
    let last: Promise<unknown> = Promise.resolve();
    return (answer, value) => {
      if (quick && isQuickCheck(quick.cost, answer.length)) return verdictOf(quick.validate(value));
      const verdict = last.then(() => this.checkInWorker({ ...job, answer }, context));
      last = verdict.catch(() => undefined);
      return verdict;
    };
  }

  private quickSchema(
    schema: JsonSchema,
    { owner, digest, schema: json }: SchemaJob,
    param: string,
  ): QuickSchema | undefined {
    const known = this.quick.get(keyOf({ owner, digest }));
    if (known) return known;
    const cost = schemaCost(schema, json);
    if (!cost) return undefined;
    try {
      const quick = { validate: this.compiler.compile(schema), cost };
      this.quick.set(owner, keyOf({ owner, digest }), quick);
      return quick;
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      throw this.reject({ owner, digest }, unusableSchema(error.message), param);
    }
  }

  private async compile(job: SchemaJob, param: string, context: JobCall): Promise<void> {
    const isFirstWork = context.report.schemaCpuMs === undefined;
    const outcome = await this.jobs.run(job, context);
    if ('rejected' in outcome) {
      const rejectedJob = {
        param,
        keyName: context.caller?.name ?? '',
        retryAfter: this.jobs.secondsUntilMore(job.owner),
        cpuMsPerRequest: this.config.structured.cpuMsPerRequest,
      };
      const rejection = costlySchema(outcome.rejected, rejectedJob);
      if (!rejection) throw schemaNotCompiled(outcome.rejected, rejectedJob);
      // The budget was spent by other work as well, so the schema alone may be acceptable.
      throw isFirstWork ? this.reject(job, rejection, param) : rejectedSchema(rejection, param);
    }
    const { verdict } = outcome;
    if (verdict.kind === 'unusable') throw this.reject(job, unusableSchema(verdict.reason), param);
    if (verdict.kind === 'too_complex')
      throw this.reject(job, tooComplexSchema('it is nested too deeply, or refers to itself'), param);
    this.accepted.set(job.owner, keyOf(job), true);
  }

  private reject(
    { owner, digest }: Pick<SchemaJob, 'owner' | 'digest'>,
    rejection: SchemaRejectionText,
    param: string,
  ): Error {
    this.rejected.set(owner, keyOf({ owner, digest }), rejection, REJECTED_MS);
    return rejectedSchema(rejection, param);
  }

  private async checkInWorker(job: SchemaJob & { answer: string }, context: JobCall): Promise<SchemaCheckResult> {
    if (job.answer.length > MAX_ANSWER_CHARACTERS)
      return { unchecked: `the answer is longer than ${MAX_ANSWER_CHARACTERS} characters` };
    const outcome = await this.jobs.run(job, context);
    if ('rejected' in outcome) {
      return { unchecked: uncheckedReason(outcome.rejected, this.config.structured.cpuMsPerRequest) };
    }
    const { verdict } = outcome;
    switch (verdict.kind) {
      case 'ok':
        return 'conforms';
      case 'problem':
        return { problem: verdict.problem };
      case 'unusable':
      case 'too_complex':
        // Includes a schema that refers to itself without going deeper, which exhausts the stack.
        return { unchecked: 'the schema cannot be applied to the answer' };
      default:
        return verdict satisfies never;
    }
  }
}

function verdictOf(problem: string | undefined): SchemaCheckResult {
  return problem === undefined ? 'conforms' : { problem };
}

/** Returns the key under which a result is remembered: API keys share no results. */
function keyOf({ owner, digest }: Pick<SchemaJob, 'owner' | 'digest'>): string {
  return `${owner} ${digest}`;
}

import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { FairCache } from '../../shared-state/fair-cache.ts';
import type { SchemaCheck, Verdict } from '../../translation/json-schema/expected-output.ts';
import type { JsonSchema } from '../../translation/json-schema/json-schema.ts';
import { SchemaCompiler, SchemaError, type Validator } from '../../translation/json-schema/schema-compiler.ts';
import { isQuickCheck, schemaCost, type SchemaCost } from '../../translation/json-schema/schema-cost.ts';
import {
  costlySchema,
  refusedSchema,
  type SchemaRefusalWords,
  schemaNotCompiled,
  tooComplexSchema,
  uncheckedReason,
  unusableSchema,
} from './schema-errors.ts';
import { type JobCall, SchemaJobs } from './schema-jobs.service.ts';
import type { SchemaJob } from './worker/schema-job.ts';

/** Compiled small schemas; each takes some 30 KB. */
const MOST_VALIDATORS = 300;
const MOST_ACCEPTED = 10_000;
/** Refusals of at most 600 bytes. */
const MOST_REFUSED = 2_000;
/** A busy machine may refuse what another day accepts. */
const REFUSED_MS = 10 * 60_000;
/** Characters of an answer that the worker takes, because of its memory; no model writes as many (2026-11). */
const MOST_ANSWER = 2 * 1_024 * 1_024;

/** A small schema and what it costs to check an answer against it. */
interface QuickSchema {
  validate: Validator;
  cost: SchemaCost;
}

/**
 * Checks of answers against the schemas of clients. Small schemas are compiled and checked here, where the estimate
 * bounds both below a millisecond or so; all others in the schema worker. What is remembered is remembered for each
 * key, since clients choose the schemas.
 */
@Injectable()
export class SchemaValidators {
  private readonly compiler = new SchemaCompiler();
  private readonly quick = new FairCache<QuickSchema>({ limits: () => ({ maxEntries: MOST_VALIDATORS }) });
  private readonly accepted = new FairCache<true>({ limits: () => ({ maxEntries: MOST_ACCEPTED }) });
  private readonly refused = new FairCache<SchemaRefusalWords>({ limits: () => ({ maxEntries: MOST_REFUSED }) });

  constructor(
    private readonly config: GatewayConfig,
    private readonly jobs: SchemaJobs,
  ) {}

  /**
   * Compiles a schema. Rejects with GatewayError 400 with `param` for what is no schema or too complex, 429 where the
   * key has spent its CPU time, 503 where too many wait.
   */
  async of(schema: JsonSchema, param: string, context: JobCall): Promise<SchemaCheck> {
    const json = JSON.stringify(schema);
    const job: SchemaJob = { owner: context.caller?.id ?? '', digest: hash('sha256', json), schema: json };
    const refused = this.refused.get(keyOf(job));
    if (refused) {
      this.jobs.remembered();
      throw refusedSchema(refused, param);
    }
    const quick = this.quickSchema(schema, job, param);
    if (!quick && !this.accepted.get(keyOf(job))) await this.compile(job, param, context);
    // One after the other: the answers of one request are no reason to fill the queue.
    let last: Promise<unknown> = Promise.resolve();
    return (answer, value) => {
      if (quick && isQuickCheck(quick.cost, answer.length)) return verdictOf(quick.validate(value));
      const verdict = last.then(() => this.checkElsewhere({ ...job, answer }, context));
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
      throw this.refuse({ owner, digest }, unusableSchema(error.message), param);
    }
  }

  private async compile(job: SchemaJob, param: string, context: JobCall): Promise<void> {
    const isFirstWork = context.report.schemaCpuMs === undefined;
    const outcome = await this.jobs.run(job, context);
    if ('refused' in outcome) {
      const refusedJob = {
        param,
        keyName: context.caller?.name ?? '',
        retryAfter: this.jobs.secondsUntilMore(job.owner),
        cpuMsPerRequest: this.config.structured.cpuMsPerRequest,
      };
      const words = costlySchema(outcome.refused, refusedJob);
      if (!words) throw schemaNotCompiled(outcome.refused, refusedJob);
      // What other work left of the budget says nothing about the schema.
      throw isFirstWork ? this.refuse(job, words, param) : refusedSchema(words, param);
    }
    const { verdict } = outcome;
    if (verdict.kind === 'unusable') throw this.refuse(job, unusableSchema(verdict.reason), param);
    if (verdict.kind === 'too_complex')
      throw this.refuse(job, tooComplexSchema('it is nested too deeply, or refers to itself'), param);
    this.accepted.set(job.owner, keyOf(job), true);
  }

  private refuse(
    { owner, digest }: Pick<SchemaJob, 'owner' | 'digest'>,
    words: SchemaRefusalWords,
    param: string,
  ): Error {
    this.refused.set(owner, keyOf({ owner, digest }), words, REFUSED_MS);
    return refusedSchema(words, param);
  }

  private async checkElsewhere(job: SchemaJob & { answer: string }, context: JobCall): Promise<Verdict> {
    if (job.answer.length > MOST_ANSWER) return { unchecked: `the answer is longer than ${MOST_ANSWER} characters` };
    const outcome = await this.jobs.run(job, context);
    if ('refused' in outcome) {
      return { unchecked: uncheckedReason(outcome.refused, this.config.structured.cpuMsPerRequest) };
    }
    const { verdict } = outcome;
    switch (verdict.kind) {
      case 'ok':
        return 'conforms';
      case 'problem':
        return { problem: verdict.problem };
      case 'unusable':
      case 'too_complex':
        // Also a schema that refers to itself without going deeper, which exhausts the stack.
        return { unchecked: 'the schema cannot be applied to the answer' };
      default:
        return verdict satisfies never;
    }
  }
}

function verdictOf(problem: string | undefined): Verdict {
  return problem === undefined ? 'conforms' : { problem };
}

/** Returns the key of what is remembered of a schema: API keys share nothing. */
function keyOf({ owner, digest }: Pick<SchemaJob, 'owner' | 'digest'>): string {
  return `${owner} ${digest}`;
}

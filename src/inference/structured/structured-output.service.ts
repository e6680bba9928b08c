import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import type { SchemaCheck, ExpectedOutput } from '../../translation/json-schema/expected-output.ts';
import { type CheckedAnswer, textDroppedNote } from '../../translation/structured/structured-answer.ts';
import { invalidOutput, uncheckedOutput } from '../../translation/structured/invalid-output.ts';
import { addAdjustment } from '../report-adjustments.ts';
import { SchemaValidators } from './schema-checks.service.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** The format that an answer must have, with its compiled check. */
export interface OutputContract {
  readonly expected: ExpectedOutput;
  readonly check: SchemaCheck;
}

/** Compiles the schemas of requests, and decides whether an answer passes. */
@Injectable()
export class StructuredOutputService {
  constructor(
    private readonly checks: SchemaValidators,
    private readonly config: GatewayConfig,
  ) {}

  /**
   * Compiles the check of an answer, before Bedrock is called. Throws GatewayError 400 with `param` for a schema that is not
   * valid or too complex. Throws 429 if the API key has used its CPU time, and 503 if too many schemas wait.
   */
  async contractOf(expected: ExpectedOutput, context: RequestContext): Promise<OutputContract> {
    const { isLoose: _, ...strict } = expected;
    const required = this.config.requests.unsupportedFields === 'reject' ? strict : expected;
    const { schema, param } = expected;
    if (schema === undefined) return { expected: required, check: anyObject };
    return { expected: required, check: await this.checks.of(schema, param, context) };
  }

  /**
   * Reports how an answer violates its format. Throws GatewayError 502 if a strict format is not met, or could not be
   * checked.
   */
  accept(
    { problem, unchecked, isTextDropped }: CheckedAnswer<unknown>,
    output: ExpectedOutput,
    context: RequestContext,
  ): void {
    const { isLoose, field, param } = output;
    if (isTextDropped) addAdjustment(context, textDroppedNote(field));
    if (problem !== undefined) {
      if (!isLoose) throw invalidOutput(problem);
      addAdjustment(context, `${field}=unmet`);
    }
    if (unchecked !== undefined) {
      if (!isLoose) throw uncheckedOutput(unchecked);
      addAdjustment(context, `${param}=unchecked`);
    }
  }
}

/** Checks answers to requests for any JSON object: OpenAI's `json_object`. */
const anyObject: SchemaCheck = (_json, value) =>
  isRecord(value) ? 'conforms' : { problem: 'the answer is not a JSON object' };

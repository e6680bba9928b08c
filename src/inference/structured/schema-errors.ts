import { badRequest, GatewayError, internalError } from '../../errors/errors.ts';
import { gatewayOverloaded } from '../../admission/admission-errors.ts';
import type { JobRejection } from './schema-metrics.ts';

/** The rejection of a schema as the gateway remembers it. The path of the field depends on the request. */
export interface SchemaRejectionText {
  code: 'schema_too_complex' | null;
  message: string;
}

/** The job that was rejected, and its API key. */
interface RejectedJob {
  param: string;
  keyName: string;
  retryAfter: number;
  cpuMsPerRequest: number;
}

export function unusableSchema(reason: string): SchemaRejectionText {
  return { code: null, message: `This is not a usable JSON schema: ${reason}.` };
}

export function tooComplexSchema(reason: string): SchemaRejectionText {
  const advice = 'Use fewer properties, alternatives, patterns and nested references.';
  return { code: 'schema_too_complex', message: `The schema is too complex: ${reason}. ${advice}` };
}

export function rejectedSchema({ code, message }: SchemaRejectionText, param: string): GatewayError {
  return badRequest(message, param, code);
}

/** Returns the rejection of a schema that costs too much; undefined if the schema itself is not the reason. */
export function costlySchema(reason: JobRejection, { cpuMsPerRequest }: RejectedJob): SchemaRejectionText | undefined {
  if (reason === 'request_budget')
    return tooComplexSchema(`compiling it takes more than ${cpuMsPerRequest} ms of CPU time`);
  return reason === 'memory' ? tooComplexSchema('compiling it takes too much memory') : undefined;
}

/** Returns GatewayError 429, 503 or 500 for a schema that was not compiled, if the schema itself is not the reason. */
export function schemaNotCompiled(reason: JobRejection, { param, keyName, retryAfter }: RejectedJob): GatewayError {
  switch (reason) {
    case 'key_budget':
    case 'key_queue_full':
      return new GatewayError({
        code: 'schema_budget_exceeded',
        message:
          `The key '${keyName}' has spent its CPU time for JSON schemas. Send simpler schemas, or try again in ` +
          `${retryAfter} seconds.`,
        param,
        retryAfter,
      });
    case 'queue_full':
      return gatewayOverloaded('too many schemas are waiting.');
    case 'crash':
    case 'request_budget':
    case 'memory':
    case 'remembered':
      return internalError(new Error('The schema worker has ended.'));
    default:
      return reason satisfies never;
  }
}

/** Returns the reason why an answer could not be checked, for clients. */
export function uncheckedReason(reason: JobRejection, cpuMsPerRequest: number): string {
  switch (reason) {
    case 'request_budget':
      return `the schema of this request takes more than ${cpuMsPerRequest} ms of CPU time`;
    case 'memory':
      return 'the check takes too much memory';
    case 'key_budget':
      return 'the key has spent its CPU time for JSON schemas';
    case 'queue_full':
    case 'key_queue_full':
      return 'too many checks are waiting';
    case 'crash':
    case 'remembered':
      return 'the check failed';
    default:
      return reason satisfies never;
  }
}

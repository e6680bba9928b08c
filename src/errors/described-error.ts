import type { ErrorCode } from './codes/error-codes.ts';
import { GatewayError } from './errors.ts';
import { withSourceLocations } from './source-frames.ts';

/** An error in the form that the log shows. */
export interface DescribedError {
  name: string;
  code?: string;
  /** The message, or its length if it may contain text of a client or a model. */
  message: string;
  /** The frames of the stack, without the message before them. */
  stack?: string;
  cause?: unknown;
}

/** Codes of errors whose messages are constant texts with numbers, from src/bedrock, src/http and src/shared-state. */
const FIXED_MESSAGES: ReadonlySet<ErrorCode | null> = new Set<ErrorCode>([
  'upstream_auth_error',
  'upstream_connection_error',
  'upstream_stream_incomplete',
  'upstream_stream_corrupt',
  'upstream_invalid_answer',
  'upstream_answer_too_large',
  'timeout',
  'database_unavailable',
  'overloaded',
  'server_shutting_down',
  'api_key_revoked',
  'response_stopped',
  'response_not_kept',
  'response_store_unavailable',
  'internal_error',
]);
/** Errors of the AWS SDK about credentials. They occur before the SDK sees a request. */
const CREDENTIAL_ERRORS: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError']);
const FRAME = /^ {4}at [^\n]{1,500}:\d+:\d+\)?$|^ {4}at [\w.<> ]{1,200} \(<anonymous>\)$/;
/** Maximum number of nested causes. Longer chains are not useful, or are cycles. */
const MAX_CAUSES = 5;

/**
 * Describes an error without the properties that libraries add to it (requests, bodies). Omits messages that may contain
 * content: JSON.parse, zlib, Ajv, type errors and AWS quote their input.
 */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? hidden(error) : error;
  const { name, message, cause } = error;
  const code = (error as NodeJS.ErrnoException).code ?? undefined;
  const described: DescribedError = { name, message: hasFixedMessage(error) ? message : hidden(message) };
  if (typeof code === 'string') described.code = code;
  const stack = framesOf(error);
  if (stack !== undefined) described.stack = stack;
  if (cause !== undefined && depth < MAX_CAUSES) described.cause = describeError(cause, depth + 1);
  return described;
}

/** Returns the message of an error if it cannot contain content, otherwise the error's code or name. */
export function reasonOf(error: Error): string {
  if (hasFixedMessage(error) && error.message !== '') return error.message;
  return (error as NodeJS.ErrnoException).code ?? error.name;
}

function hasFixedMessage(error: Error): boolean {
  if (error instanceof GatewayError) {
    return error.exception === undefined && FIXED_MESSAGES.has(error.code);
  }
  if (CREDENTIAL_ERRORS.has(error.name)) return true;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') return false;
  // System errors name the operation with its address or path. Argument errors of undici quote the argument.
  return syscall !== undefined || (code.startsWith('UND_ERR_') && code !== 'UND_ERR_INVALID_ARG');
}

function hidden(text: string): string {
  return `(${text.length} characters, not logged)`;
}

/** Returns the frames after the message in the stack, because the message may contain lines that look like frames. */
function framesOf({ stack, message }: Error): string | undefined {
  if (stack === undefined) return undefined;
  const start = message === '' ? 0 : stack.indexOf(message);
  if (start < 0) return undefined;
  const lines = stack.slice(start + message.length).split('\n');
  const frames = lines.filter((line) => FRAME.test(line));
  return frames.length > 0 ? withSourceLocations(frames.join('\n')) : undefined;
}

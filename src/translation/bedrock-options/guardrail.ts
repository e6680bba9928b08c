import { badRequest, GatewayError } from '../../errors/errors.ts';
import { withArticle } from '../../models/access/access-refusal.ts';
import { emptyString, invalidType, missingField, notListed, unsupportedValue } from '../../limits/field-errors.ts';
import type { GuardrailPolicy } from '../policy.ts';
import { isContinuationTurn } from '../history/turns.ts';
import { isRecord } from '../../wire/json/json-fields.ts';
import type { ContentBlock, ConverseMessage, ConverseRequest } from '../../wire/converse.ts';

type GuardrailSettings = NonNullable<ConverseRequest['guardrailConfig']>;

/** Options of a guardrail in Bedrock's spelling, as requests carry them. */
export interface GuardrailOptions {
  guardrailIdentifier?: string | null;
  guardrailVersion?: string | null;
  trace?: string | null;
  streamProcessingMode?: string | null;
}

/** Values of `guardrailVersion` that Bedrock accepts. */
const VERSION = /^([1-9][0-9]{0,7}|DRAFT)$/;
const TRACES = ['disabled', 'enabled', 'enabled_full'] as const;
const STREAM_MODES = ['sync', 'async'] as const;
/** Image formats of GuardrailConverseImageBlock. */
const GUARDED_IMAGES = ['png', 'jpeg'];

/**
 * Returns the guardrail of one request: the one of the policy, or the one of the request if the policy allows it.
 * Otherwise throws GatewayError 400 for a request that names a guardrail, because an answer without the expected checks
 * would look right and be wrong.
 */
export function prepareGuardrail(
  options: GuardrailOptions | null | undefined,
  policy: GuardrailPolicy,
  answer: 'whole' | 'streamed',
  param: string,
): GuardrailSettings | undefined {
  if (options !== undefined && options !== null) {
    if (policy.requiredBy === undefined) rejectInvalidOptions(options, policy, param);
    else rejectOtherGuardrail(options, policy, param);
  }
  const id = options?.guardrailIdentifier ?? policy.id;
  if (id === undefined) {
    if (options) throw missingField(`${param}.guardrailIdentifier`);
    return undefined;
  }
  return {
    guardrailIdentifier: id,
    guardrailVersion: options?.guardrailVersion ?? policy.version,
    trace: choice(options?.trace, TRACES, `${param}.trace`) ?? policy.trace,
    ...(answer === 'streamed' && {
      streamProcessingMode:
        choice(options?.streamProcessingMode, STREAM_MODES, `${param}.streamProcessingMode`) ?? policy.streamMode,
    }),
  };
}

function rejectInvalidOptions(options: GuardrailOptions, policy: GuardrailPolicy, param: string): void {
  if (!policy.allowRequestGuardrail) {
    throw badRequest('This gateway does not let requests choose a guardrail.', param, 'unsupported_parameter');
  }
  const { guardrailIdentifier: id, guardrailVersion: version } = options;
  requireText(id, `${param}.guardrailIdentifier`);
  requireText(version, `${param}.guardrailVersion`);
  if (typeof version === 'string' && !VERSION.test(version)) {
    throw unsupportedValue(`${param}.guardrailVersion`, ['DRAFT', 'a version number'], version);
  }
}

/**
 * Throws GatewayError 403 `guardrail_required` for options of another guardrail than the one that the caller must use, and
 * for a stream that would begin before its check.
 */
function rejectOtherGuardrail(options: GuardrailOptions, policy: GuardrailPolicy, param: string): void {
  const { guardrailIdentifier: id, guardrailVersion: version, streamProcessingMode: mode } = options;
  requireText(id, `${param}.guardrailIdentifier`);
  requireText(version, `${param}.guardrailVersion`);
  const isOther = (value: string | null | undefined, own: string | undefined): boolean =>
    value !== undefined && value !== null && value !== own;
  if (isOther(id, policy.id)) throw guardrailRequired(policy, `${param}.guardrailIdentifier`);
  if (isOther(version, policy.version)) throw guardrailRequired(policy, `${param}.guardrailVersion`);
  if (mode === 'async' && policy.streamMode === 'sync')
    throw guardrailRequired(policy, `${param}.streamProcessingMode`);
}

/** Checks both spellings of the field in a request as `rejectOtherGuardrail`, also for an API that does not read it. */
export function rejectOtherGuardrailIn(request: object, policy: GuardrailPolicy): void {
  const { guardrailConfig, guardrail_config: alternative } = request as Readonly<Record<string, unknown>>;
  for (const [param, options] of Object.entries({ guardrailConfig, guardrail_config: alternative })) {
    if (isRecord(options)) rejectOtherGuardrail(options, policy, param);
  }
}

/** Creates the error for a request that changes the guardrail that the caller must use. */
export function guardrailRequired({ requiredBy = '', id, version }: GuardrailPolicy, param: string): GatewayError {
  const owner = withArticle(requiredBy);
  return new GatewayError({
    code: 'guardrail_required',
    message:
      `${owner.charAt(0).toUpperCase()}${owner.slice(1)} requires the guardrail \`${id}\` (version ${version}), ` +
      `which a request cannot change. Remove \`${param}\` from the request.`,
    param,
  });
}

/** Throws GatewayError 400 for a value that is no string, or empty. If absent, the value of the settings applies. */
function requireText(value: unknown, param: string): void {
  if (value === undefined || value === null) return;
  if (typeof value !== 'string') throw invalidType(param, 'a string', value);
  if (value === '') throw emptyString(param);
}

function choice<Value extends string>(
  value: string | null | undefined,
  values: readonly Value[],
  param: string,
): Value | undefined {
  if (value === undefined || value === null) return undefined;
  const match = values.find((candidate) => candidate === value);
  if (match === undefined) throw notListed(param, values, value);
  return match;
}

/**
 * Marks the last user turn with text or images as the content to check. Without any mark, Bedrock checks the whole
 * conversation, so one blocked message would block every later turn (BerriAI/litellm#5360). Turns with tool results
 * only are skipped for the same reason.
 * Not documented (2026-11-22): whether marked text and the same text without a mark share a prompt cache entry.
 */
export function markLastTurnForGuardrail(messages: readonly ConverseMessage[]): ConverseMessage[] {
  const last = messages.findLastIndex(
    (turn) => turn.role === 'user' && !isContinuationTurn(turn) && turn.content?.some(isGuardable),
  );
  return messages.map((message, index) =>
    index === last ? { ...message, content: (message.content ?? []).map(guarded) } : message,
  );
}

function isGuardable({ text, image }: ContentBlock): boolean {
  return text !== undefined || (image !== undefined && GUARDED_IMAGES.includes(String(image.format)));
}

function guarded(block: ContentBlock): ContentBlock {
  if (block.text !== undefined) return { guardContent: { text: { text: block.text } } };
  const { format, source } = block.image ?? {};
  if ((format !== 'png' && format !== 'jpeg') || source?.bytes === undefined) return block;
  return { guardContent: { image: { format, source: { bytes: source.bytes } } } };
}

import { badRequest } from '../../errors/errors.ts';
import { emptyString, invalidType, missingField, notListed, unsupportedValue } from '../../limits/field-errors.ts';
import type { GuardrailPolicy } from '../policy.ts';
import { isContinuationTurn } from '../history/turns.ts';
import type { ContentBlock, ConverseMessage, ConverseRequest } from '../../wire/converse.ts';

type GuardrailSettings = NonNullable<ConverseRequest['guardrailConfig']>;

/** Bedrock's own words for a guardrail, as requests may carry them. */
export interface GuardrailOptions {
  guardrailIdentifier?: string | null;
  guardrailVersion?: string | null;
  trace?: string | null;
  streamProcessingMode?: string | null;
}

const VERSION = /^([1-9][0-9]{0,7}|DRAFT)$/;
const TRACES = ['disabled', 'enabled', 'enabled_full'] as const;
const STREAM_MODES = ['sync', 'async'] as const;
/** The formats of GuardrailConverseImageBlock. */
const GUARDED_IMAGES = ['png', 'jpeg'];

/**
 * The guardrail of one request: that of the settings, or the request's own where the settings allow it. A request that
 * names one in vain is refused (400): an answer without the checks it counts on would look right and be wrong.
 */
export function prepareGuardrail(
  wish: GuardrailOptions | null | undefined,
  policy: GuardrailPolicy,
  answer: 'whole' | 'streamed',
  param: string,
): GuardrailSettings | undefined {
  if (wish !== undefined && wish !== null) refuseStrange(wish, policy, param);
  const id = wish?.guardrailIdentifier ?? policy.id;
  if (id === undefined) {
    if (wish) throw missingField(`${param}.guardrailIdentifier`);
    return undefined;
  }
  return {
    guardrailIdentifier: id,
    guardrailVersion: wish?.guardrailVersion ?? policy.version,
    trace: choice(wish?.trace, TRACES, `${param}.trace`) ?? policy.trace,
    ...(answer === 'streamed' && {
      streamProcessingMode:
        choice(wish?.streamProcessingMode, STREAM_MODES, `${param}.streamProcessingMode`) ?? policy.streamMode,
    }),
  };
}

function refuseStrange(wish: GuardrailOptions, policy: GuardrailPolicy, param: string): void {
  if (!policy.allowRequestGuardrail) {
    throw badRequest('This gateway does not let requests choose a guardrail.', param, 'unsupported_parameter');
  }
  const { guardrailIdentifier: id, guardrailVersion: version } = wish;
  requireText(id, `${param}.guardrailIdentifier`);
  requireText(version, `${param}.guardrailVersion`);
  if (typeof version === 'string' && !VERSION.test(version)) {
    throw unsupportedValue(`${param}.guardrailVersion`, ['DRAFT', 'the number of a version'], version);
  }
}

/** Throws 400 for a value that is no text, or empty. An absent one is that of the settings. */
function requireText(value: unknown, param: string): void {
  if (value === undefined || value === null) return;
  if (typeof value !== 'string') throw invalidType(param, 'a string', value);
  if (value === '') throw emptyString(param);
}

function choice<Word extends string>(
  value: string | null | undefined,
  words: readonly Word[],
  param: string,
): Word | undefined {
  if (value === undefined || value === null) return undefined;
  const word = words.find((word) => word === value);
  if (word === undefined) throw notListed(param, words, value);
  return word;
}

/**
 * Marks what the user said last as the part to be checked. Bedrock checks everything else only where nothing is
 * marked, and then one blocked message blocks every turn after it (BerriAI/litellm#5360). Not the very last turn, if
 * that holds tool results only: with nothing marked, all of the history would be checked again.
 *
 * Not documented (2026-11-22): whether a marked text is another one to the prompt cache when it comes again unmarked.
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

import { badRequest, type GatewayError } from '../../../errors/errors.ts';
import type { RestoredContent } from '../../../limits/restored-content.ts';
import type { Adjustments } from '../../adjustments.ts';
import { decodeThinking, encodeThinking } from '../../thinking-blocks/thinking-codec.ts';
import { thinkingForModel } from '../../thinking-blocks/thinking-history.ts';
import { charactersOf, withModelMark, type SignedThinking } from '../../thinking-blocks/signed-thinking.ts';
import type { AnswerOptions, TranslationOptions } from '../../dialect.ts';

const INVALID = 'invalid_encrypted_content';
/** Where notes say that thoughts came from. */
export const REASONING_PARAM = 'input.reasoning';

/** Undefined where nothing is sealed, or bytes could not say the thought exactly. */
export function sealThinking(thought: SignedThinking, { seal, thoughtsBoundTo }: AnswerOptions): string | undefined {
  const bytes = seal && encodeThinking([withModelMark(thought, thoughtsBoundTo)]);
  return bytes && seal?.(bytes, 'thoughts');
}

/**
 * Returns the thinking in `encrypted_content` that this model accepts. Thinking that another service, a former key or
 * another API key sealed is left out and reported, as thinking of other models is.
 */
export function openSealedThinking(
  sealed: unknown,
  { unseal, model }: TranslationOptions,
  param: string,
  { adjustments, restored }: { adjustments: Adjustments; restored: RestoredContent },
): SignedThinking[] {
  if (typeof sealed !== 'string' || sealed === '') return [];
  const opened = unseal?.(sealed, 'thoughts') ?? 'foreign';
  const thoughts = typeof opened === 'string' ? undefined : decodeThinking(opened);
  if (thoughts === undefined) {
    adjustments.changed(REASONING_PARAM, opened === 'foreign' ? 'other_gateway_dropped' : 'unreadable_dropped');
    return [];
  }
  for (const thought of thoughts) restored.take(charactersOf(thought), param);
  return thinkingForModel(thoughts, model, REASONING_PARAM, adjustments);
}

/** Returns the summary in a compaction item; undefined if this gateway cannot open it for this API key. */
export function openCompaction(sealed: unknown, { unseal }: TranslationOptions): string | undefined {
  const opened = typeof sealed === 'string' ? (unseal?.(sealed, 'compaction') ?? 'foreign') : 'changed';
  return typeof opened === 'string' ? undefined : Buffer.from(opened).toString('utf8');
}

/** Returns the refusal of a compaction item that cannot be opened and without which nothing remains. */
export function unreadableSummary(param: string): GatewayError {
  return badRequest(
    'This compaction item was changed, or made for another API key or by another service. The gateway cannot open it, ' +
      'and nothing else of the conversation remains. Send the items that it stands for.',
    param,
    INVALID,
  );
}

import { badRequest, type GatewayError } from '../../../errors/errors.ts';
import type { RestoredContent } from '../../../limits/restored-content.ts';
import type { Adjustments } from '../../adjustments.ts';
import { decodeThoughts, encodeThoughts } from '../../thinking-blocks/thinking-codec.ts';
import { acceptableThoughts } from '../../thinking-blocks/thinking-history.ts';
import { charactersOf, marked, type SignedThought } from '../../thinking-blocks/signed-thinking.ts';
import type { Reply, TranslationContext } from '../../dialect.ts';

const INVALID = 'invalid_encrypted_content';
/** Where notes say that thoughts came from. */
export const REASONING = 'input.reasoning';

/** Undefined where nothing is sealed, or bytes could not say the thought exactly. */
export function sealThought(thought: SignedThought, { seal, thoughtsBoundTo }: Reply): string | undefined {
  const bytes = seal && encodeThoughts([marked(thought, thoughtsBoundTo)]);
  return bytes && seal?.(bytes, 'thoughts');
}

/**
 * Returns the thinking in `encrypted_content` that this model accepts. Thinking that another service, a former key or
 * another API key sealed is left out and reported, as thinking of other models is.
 */
export function openThoughts(
  sealed: unknown,
  { unseal, model }: TranslationContext,
  param: string,
  { adjustments, restored }: { adjustments: Adjustments; restored: RestoredContent },
): SignedThought[] {
  if (typeof sealed !== 'string' || sealed === '') return [];
  const opened = unseal?.(sealed, 'thoughts') ?? 'foreign';
  const thoughts = typeof opened === 'string' ? undefined : decodeThoughts(opened);
  if (thoughts === undefined) {
    adjustments.changed(REASONING, opened === 'foreign' ? 'foreign_dropped' : 'unreadable_dropped');
    return [];
  }
  for (const thought of thoughts) restored.take(charactersOf(thought), param);
  return acceptableThoughts(thoughts, model, REASONING, adjustments);
}

/** Returns the summary in a compaction item; undefined if this gateway cannot open it for this API key. */
export function openSummary(sealed: unknown, { unseal }: TranslationContext): string | undefined {
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

import { badRequest } from '../../errors.ts';
import type { RestoredContent } from '../../limits/restored-content.ts';
import type { Adjustments } from '../converse/adjustments.ts';
import { decodeThoughts, encodeThoughts } from '../converse/thought-codec.ts';
import { acceptableThoughts } from '../converse/thought-history.ts';
import { charactersOf, marked, type SignedThought } from '../converse/signed-thoughts.ts';
import type { Reply, TranslationContext } from '../dialect.ts';

const INVALID = 'invalid_encrypted_content';
/** Where notes say that thoughts came from. */
export const REASONING = 'input.reasoning';

/** Undefined where nothing is sealed, or bytes could not say the thought exactly. */
export function sealThought(thought: SignedThought, { seal, thoughtsBoundTo }: Reply): string | undefined {
  const bytes = seal && encodeThoughts([marked(thought, thoughtsBoundTo)]);
  return bytes && seal?.(bytes, 'thoughts');
}

/**
 * The thoughts in `encrypted_content` that this model takes back. What another gateway, OpenAI or a key of old has
 * sealed is left out, as thoughts of other models are; what does not open though the key is ours is refused.
 */
export function openThoughts(
  sealed: unknown,
  { unseal, model }: TranslationContext,
  param: string,
  { adjustments, restored }: { adjustments: Adjustments; restored: RestoredContent },
): SignedThought[] {
  if (typeof sealed !== 'string' || sealed === '') return [];
  const opened = unseal?.(sealed, 'thoughts') ?? 'foreign';
  if (opened === 'foreign') {
    adjustments.changed(REASONING, 'foreign_dropped');
    return [];
  }
  const thoughts = opened === 'changed' ? undefined : decodeThoughts(opened);
  if (thoughts === undefined) throw notOurs('Leave the reasoning item out', param);
  for (const thought of thoughts) restored.take(charactersOf(thought), param);
  return acceptableThoughts(thoughts, model, REASONING, adjustments);
}

/** The words of a conversation made short; without them the conversation would have no beginning, so 400 in any case. */
export function openSummary(sealed: unknown, { unseal }: TranslationContext, param: string): string {
  const opened = typeof sealed === 'string' ? (unseal?.(sealed, 'compaction') ?? 'foreign') : 'changed';
  if (typeof opened === 'string') throw notOurs('Send the items that it stands for', param);
  return Buffer.from(opened).toString('utf8');
}

function notOurs(advice: string, param: string): Error {
  return badRequest(
    `This was changed, or made for another API key or by another gateway: it cannot be opened. ${advice}.`,
    param,
    INVALID,
  );
}

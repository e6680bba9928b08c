import { badRequest, type GatewayError } from '../../../errors/errors.ts';
import type { RestoredContent } from '../../../limits/restored-content.ts';
import type { Adjustments } from '../../adjustments.ts';
import { decodeThinking, encodeThinking } from '../../thinking-blocks/thinking-codec.ts';
import { thinkingForModel } from '../../thinking-blocks/thinking-history.ts';
import { charactersOf, withModelMark, type SignedThinking } from '../../thinking-blocks/signed-thinking.ts';
import type { AnswerOptions, TranslationOptions } from '../../dialect.ts';

const INVALID = 'invalid_encrypted_content';
/** Field under which dropped thinking is reported. */
export const REASONING_PARAM = 'input.reasoning';

/** Encrypts thinking for `encrypted_content`; undefined without `seal`, and for thinking that cannot be encoded exactly. */
export function sealThinking(thinking: SignedThinking, { seal, thinkingBoundTo }: AnswerOptions): string | undefined {
  const bytes = seal && encodeThinking([withModelMark(thinking, thinkingBoundTo)]);
  return bytes && seal?.(bytes, 'thoughts');
}

/**
 * Decrypts `encrypted_content` and returns the thinking that this model accepts. Drops and reports thinking of other
 * models, and thinking that another service encrypted. Also drops thinking that was encrypted for another API key or
 * with a former sealing key.
 *
 * @param sealed - the field as the client sent it
 * @param param - path of the field
 */
export function openSealedThinking(
  sealed: unknown,
  { unseal, model }: TranslationOptions,
  param: string,
  { adjustments, restored }: { adjustments: Adjustments; restored: RestoredContent },
): SignedThinking[] {
  if (typeof sealed !== 'string' || sealed === '') return [];
  const opened = unseal?.(sealed, 'thoughts') ?? 'foreign';
  const thinking = typeof opened === 'string' ? undefined : decodeThinking(opened);
  if (thinking === undefined) {
    adjustments.changed(REASONING_PARAM, opened === 'foreign' ? 'other_gateway_dropped' : 'unreadable_dropped');
    return [];
  }
  for (const block of thinking) restored.take(charactersOf(block), param);
  return thinkingForModel(thinking, model, REASONING_PARAM, adjustments);
}

/** Decrypts the summary in a compaction item; undefined if this gateway cannot decrypt it for this API key. */
export function openCompaction(sealed: unknown, { unseal }: TranslationOptions): string | undefined {
  const opened = typeof sealed === 'string' ? (unseal?.(sealed, 'compaction') ?? 'foreign') : 'changed';
  return typeof opened === 'string' ? undefined : Buffer.from(opened).toString('utf8');
}

/** Creates the error for a compaction item that cannot be decrypted if the input has no other content. */
export function unreadableSummary(param: string): GatewayError {
  return badRequest(
    'The gateway cannot decrypt this compaction item: it was modified, or created for another API key or by another ' +
      'service. The input has no other content. Send the original items instead.',
    param,
    INVALID,
  );
}

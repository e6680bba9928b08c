import type { ConverseAnswer } from '../../wire/converse.ts';
import { stopReasonRow } from '../../wire/stop-reasons/stop-reasons.ts';

type Fields = ConverseAnswer['additionalModelResponseFields'];

/** Where the reader of a structured answer leaves the words of a refusal for the dialects. */
const FIELD = 'refusal';
const UNEXPLAINED = 'The model declined to answer this request.';

/** The words of a refusal in place of an answer in JSON; only structured answers have them. */
export function refusalTextOf(fields: Fields): string | undefined {
  const words: unknown = (fields as Record<string, unknown> | undefined)?.[FIELD];
  return typeof words === 'string' ? words : undefined;
}

/** What ends an answer, where it ends because the model or a filter would not go on. */
interface End {
  stopReason?: ConverseAnswer['stopReason'];
  additionalModelResponseFields?: Fields;
}

export function isModelRefusal({ stopReason }: End): boolean {
  return stopReasonRow(stopReason).structured === 'refusal';
}

/**
 * OpenAI ends a refusal of the model with `stop` and gives its words in `refusal`; `content_filter`, which its
 * clients throw for (`ContentFilterFinishReasonError`), is left for filters.
 */
export function refusalFinishReason<Ending extends End>(end: Ending, words: string): Ending {
  const reason: string | undefined = end.stopReason;
  const fields = { ...(end.additionalModelResponseFields as object | undefined), [FIELD]: words.trim() || UNEXPLAINED };
  return {
    ...end,
    ...(reason === 'refusal' && { stopReason: 'end_turn' }),
    additionalModelResponseFields: fields,
  };
}

import type { ConverseAnswer } from '../../wire/converse.ts';
import { stopReasonRow } from '../../wire/stop-reasons/stop-reasons.ts';

type Fields = ConverseAnswer['additionalModelResponseFields'];

/**
 * Field of `additionalModelResponseFields` in which the structured-output reader stores the refusal text for the
 * translators.
 */
const FIELD = 'refusal';
const UNEXPLAINED = 'The model declined to answer this request.';

/** Returns the refusal text that replaces structured JSON output. Only structured answers have it. */
export function refusalTextOf(fields: Fields): string | undefined {
  const text: unknown = (fields as Record<string, unknown> | undefined)?.[FIELD];
  return typeof text === 'string' ? text : undefined;
}

/** The part of an answer, or of a stream's last event, that reports why the answer ended. */
interface End {
  stopReason?: ConverseAnswer['stopReason'];
  additionalModelResponseFields?: Fields;
}

/** Returns true if the model or a content filter declined to answer. */
export function isModelRefusal({ stopReason }: End): boolean {
  return stopReasonRow(stopReason).structured === 'refusal';
}

/**
 * Returns the end of a refused structured answer in OpenAI's form. OpenAI ends a model refusal with `stop` and puts the
 * text into `refusal`. Its clients throw `ContentFilterFinishReasonError` for `content_filter`, which stays for
 * filters.
 */
export function refusalFinishReason<Ending extends End>(end: Ending, text: string): Ending {
  const reason: string | undefined = end.stopReason;
  const fields = { ...(end.additionalModelResponseFields as object | undefined), [FIELD]: text.trim() || UNEXPLAINED };
  return {
    ...end,
    ...(reason === 'refusal' && { stopReason: 'end_turn' }),
    additionalModelResponseFields: fields,
  };
}

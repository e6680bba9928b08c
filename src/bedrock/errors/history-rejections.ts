import { GatewayError } from '../../errors/errors.ts';

/** Prefix of Converse. InvokeModel returns the model's message without it. */
const SOURCE = '(?:The model returned the following errors: )?';

/**
 * Messages that reject reasoning blocks (Anthropic; the last one: pi-ai, 2026-11). The pattern matches from the beginning
 * of the message, so that echoed text of a client does not match:
 * - "messages.1.content.0: Invalid `signature` in `thinking` block", "Invalid `data` in `redacted_thinking` block"
 * - "…thinking.signature: Field required"
 * - "…type: Expected `thinking` or `redacted_thinking`, but found"
 * - "`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified"
 * - "…block was produced by a different model"
 */
const REASONING = new RegExp(
  `^${SOURCE}messages\\.\\d+\\.content\\.\\d+` +
    '(?:\\.(?:redacted_)?thinking\\.(?:signature|data|thinking): |\\.type: Expected `thinking`|: (?:Invalid `(?:signature|data)` in |`thinking` or `redacted_thinking` blocks |`(?:redacted_)?thinking` block was produced ))',
);

/**
 * Messages that reject the role `system` or the position of such a message:
 * - "messages.3.role: Input should be 'user' or 'assistant'"
 * - "messages: Unexpected role "system""
 * - "This model doesn't support messages with the system role"
 */
const SYSTEM_ROLE = new RegExp(
  `^${SOURCE}(?:messages\\.\\d+\\.role: |messages(?:\\.\\d+)?: (?:Unexpected role |[^:]{0,80}\\b(?:role|roles|system)\\b)|This model doesn.t support messages with the system role)`,
);

/**
 * Message that rejects the number of images: "too many images and documents: 200 + 0 > 100". Some regions behind a global
 * profile accept fewer images than the model's limit (public test of 2026-07).
 */
const TOO_MANY_IMAGES = new RegExp(
  `^${SOURCE}(?:messages(?:\\.\\d+)?: )?too many images and documents: \\d+ \\+ \\d+ > (\\d{1,4})$`,
);

/**
 * Messages that reject PDFs with their pages:
 * - "A maximum of 100 PDF pages may be provided."
 * - "The PDF specified was not valid."
 * - "citations is not supported", "This model doesn't support the citations field"
 */
const PDF_PAGES = new RegExp(
  `^${SOURCE}(?:messages\\.\\d+\\.content\\.\\d+(?:\\.[a-z0-9_]+){0,5}: )?` +
    '(?:A maximum of \\d+ PDF pages may be provided|The PDF specified |This model doesn.t support the citations|[cC]itations? (?:is|are|must|cannot)\\b|[^:"\'`]{0,60} does not support citations)',
);

/** The part of a history that a model has rejected. At most one field is set. */
export interface HistoryRejection {
  reasoning?: 'dropped';
  systemRole?: 'rejected';
  pdfPages?: 'rejected';
  /** Maximum number of images and documents in one request. */
  maxImages?: number;
}

/** Returns the part of the history to omit after this rejection; undefined for every other failure. */
export function historyRejectionOf(error: unknown): HistoryRejection | undefined {
  if (!(error instanceof GatewayError) || error.status !== 400 || error.exception === undefined) return undefined;
  const { message } = error;
  if (REASONING.test(message)) return { reasoning: 'dropped' };
  if (SYSTEM_ROLE.test(message)) return { systemRole: 'rejected' };
  if (PDF_PAGES.test(message)) return { pdfPages: 'rejected' };
  const limit = TOO_MANY_IMAGES.exec(message)?.[1];
  return limit === undefined ? undefined : { maxImages: Number(limit) };
}

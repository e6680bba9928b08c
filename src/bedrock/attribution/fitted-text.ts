import { hash } from 'node:crypto';

/** Hexadecimal digits of the hash at the end of a replaced text. */
const HASH_DIGITS = 16;
/** Matches the end of a replaced text. */
const HASHED_END = /\+[0-9a-f]{16}$/;

/** The texts that AWS accepts in one place. */
export interface AcceptedText {
  /** Matches one character that is not accepted. Global. */
  readonly unsupported: RegExp;
  readonly minLength: number;
  readonly maxLength: number;
}

/** Session names of STS (API reference of STS, AssumeRole, 2026-11). */
export const SESSION_NAME: AcceptedText = { unsupported: /[^A-Za-z0-9_+=,.@-]/gu, minLength: 2, maxLength: 64 };
/** Values of session tags (API reference of STS, Tag, 2026-11). A value beginning with `aws:` is reserved. */
export const SESSION_TAG_VALUE: AcceptedText = {
  unsupported: /[^\p{L}\p{Z}\p{N}_.:/=+@-]|^aws:/giu,
  minLength: 1,
  maxLength: 256,
};

/**
 * Returns a text that AWS accepts, different for different texts. An accepted text stays as it is. In any other one, `_`
 * replaces unsupported characters, and the text ends with a hash of the original.
 */
export function fittedText(text: string, { unsupported, minLength, maxLength }: AcceptedText): string {
  const wellFormed = text.toWellFormed();
  const replaced = wellFormed.replace(unsupported, '_');
  const isAccepted = replaced === text && text.length >= minLength && text.length <= maxLength;
  // An accepted text with the form of a replaced one would not differ from it.
  if (isAccepted && !HASHED_END.test(text)) return text;
  const digest = hash('sha256', Buffer.from(text, 'utf16le')).slice(0, HASH_DIGITS);
  // Cutting within a pair of surrogates leaves half of it.
  const beginning = replaced
    .slice(0, maxLength - HASH_DIGITS - 1)
    .toWellFormed()
    .replace('\uFFFD', '_');
  return `${beginning}+${digest}`;
}

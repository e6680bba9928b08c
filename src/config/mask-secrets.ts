/** Replacement of a credential in a text. */
export const HIDDEN = '(not shown)';

const MAX_EXAMINED_LENGTH = 1_000;

/** User and password in a URL. */
const USER_INFO = /(?<=[a-z]:\/\/)[^/?#\s"'`]*@/gi;

/** Keys with the prefix of a vendor, including the gateway's own, and JSON web tokens. */
const MARKED =
  /(?<![A-Za-z0-9])(?:(?:sk|oc|pk|rk)[-_][\w-]{8,}|(?:AKIA|ASIA|AROA|ABSK)[A-Za-z0-9+/=]{12,}|gh[pousr]_\w{12,}|xox[a-z]-[\w-]{8,}|glpat-[\w-]{8,}|eyJ[\w.-]{12,})/gi;

/** Long sequences of characters that occur in keys. */
const RUN = /[A-Za-z0-9+=_-]{20,}|(?<![A-Za-z0-9/+])[A-Za-z0-9+][A-Za-z0-9+/]{19,}={0,2}/g;

/**
 * Replaces probable credentials: keys with known prefixes, passwords in URLs, and long random text. Names of models are
 * kept.
 */
export function maskSecrets(text: string): string {
  return text
    .replace(USER_INFO, `${HIDDEN}@`)
    .replace(MARKED, HIDDEN)
    .replace(RUN, (run) => (isRandom(run) ? HIDDEN : run));
}

/** Returns true if a value in the wrong place may be a credential or a password, and for a text of any content that is long. */
export function mayBeSecret(value: string): boolean {
  // The time of some patterns grows with the square of the length, and documents of the admin API have texts of any length.
  if (value.length > MAX_EXAMINED_LENGTH) return true;
  if (value.length >= 8 && (/[A-Za-z]\d+[A-Za-z]/.test(value) || /[^\w\s.,:/+()-]/.test(value))) return true;
  return maskSecrets(value) !== value;
}

/** Returns true for many hexadecimal digits, and for letters mixed with digits. In names, such sequences contain dashes. */
function isRandom(run: string): boolean {
  if (/[0-9a-f]{32,}/i.test(run) || /(?=[A-Za-z]*\d)[A-Za-z0-9+]{24,}/.test(run)) return true;
  return /\d/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run);
}

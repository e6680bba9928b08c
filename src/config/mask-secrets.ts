/** What replaces a credential in a text. */
export const HIDDEN = '(not shown)';

/** User and password of a URL. */
const USER_INFO = /(?<=[a-z]:\/\/)[^/?#\s"'`]*@/gi;

/** Beginnings by which vendors mark their keys, the gateway's own among them, and JSON web tokens. */
const MARKED =
  /(?<![A-Za-z0-9])(?:(?:sk|oc|pk|rk)[-_][\w-]{8,}|(?:AKIA|ASIA|AROA|ABSK)[A-Za-z0-9+/=]{12,}|gh[pousr]_\w{12,}|xox[a-z]-[\w-]{8,}|glpat-[\w-]{8,}|eyJ[\w.-]{12,})/gi;

/** Runs of the alphabets in which keys are written. */
const RUN = /[A-Za-z0-9+=_-]{20,}|(?<![A-Za-z0-9/+])[A-Za-z0-9+][A-Za-z0-9+/]{19,}={0,2}/g;

/** Replaces what looks like a credential: marked keys, passwords of URLs, long random text. Names of models stay. */
export function maskSecrets(text: string): string {
  return text
    .replace(USER_INFO, `${HIDDEN}@`)
    .replace(MARKED, HIDDEN)
    .replace(RUN, (run) => (isRandom(run) ? HIDDEN : run));
}

/** Whether a value that stands in the wrong place may be a credential. Passwords that people choose count, too. */
export function looksSecret(value: string): boolean {
  if (value.length >= 8 && (/[A-Za-z]\d+[A-Za-z]/.test(value) || /[^\w\s.,:/+()-]/.test(value))) return true;
  return maskSecrets(value) !== value;
}

/** Many hexadecimal digits, or letters with digits among them; in names these do not come together without a dash. */
function isRandom(run: string): boolean {
  if (/[0-9a-f]{32,}/i.test(run) || /(?=[A-Za-z]*\d)[A-Za-z0-9+]{24,}/.test(run)) return true;
  return /\d/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run);
}

/** Maximum length of a token in characters. */
export const MAX_TOKEN_LENGTH = 8_192;
const BASE64URL = /^[A-Za-z0-9_-]*$/;

export type TokenObject = Readonly<Record<string, unknown>>;

/** Content of a token whose signature has not been verified. */
export interface UnverifiedToken {
  readonly header: TokenObject;
  readonly claims: TokenObject;
}

/** Returns true if a text has the form of a JWT: three parts with dots between them. The last part may be empty. */
export function hasTokenForm(text: string): boolean {
  const first = text.indexOf('.');
  const second = text.indexOf('.', first + 1);
  return first > 0 && second > first + 1 && text.indexOf('.', second + 1) === -1;
}

/** Returns the content of a token; undefined if the text is no JWT or is too long. */
export function readUnverifiedToken(text: string): UnverifiedToken | undefined {
  if (text.length > MAX_TOKEN_LENGTH) return undefined;
  const [header = '', claims = '', signature = ''] = text.split('.');
  const decoded = { header: readPart(header), claims: readPart(claims) };
  if (decoded.header === undefined || decoded.claims === undefined || !BASE64URL.test(signature)) return undefined;
  return { header: decoded.header, claims: decoded.claims };
}

function readPart(part: string): TokenObject | undefined {
  if (!BASE64URL.test(part)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return isTokenObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Returns true for a JSON object, which is no list. */
export function isTokenObject(value: unknown): value is TokenObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

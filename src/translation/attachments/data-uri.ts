/** Parts of a URL such as `data:image/png;base64,iVBOR…`. `base64` is a slice of the URL, so no copy is made. */
export interface DataUri {
  /** Declared media type in lower case, without parameters. Empty if absent. */
  type: string;
  base64: string;
}

/** Maximum characters of the media type and its parameters. Every registered type is shorter. */
const MAX_TYPE_LENGTH = 1_024;

/** Returns true if the text is a `data:` URL. */
export function isDataUri(text: string): boolean {
  return text.slice(0, 5).toLowerCase() === 'data:';
}

/**
 * Parses a `data:` URL. Returns undefined if its content is not in base64, the only form in which clients send bytes.
 */
export function parseDataUri(text: string): DataUri | undefined {
  const comma = text.indexOf(',');
  if (!isDataUri(text) || comma < 0 || comma > MAX_TYPE_LENGTH) return undefined;
  const [type = '', ...parameters] = text.slice(5, comma).toLowerCase().split(';');
  if (parameters.at(-1)?.trim() !== 'base64') return undefined;
  return { type: type.trim(), base64: text.slice(comma + 1) };
}

/** `data:image/png;base64,iVBOR…`. The content is a slice: no copy is made. */
export interface DataUri {
  /** The declared type in lower case without its parameters; empty when nothing is declared. */
  type: string;
  base64: string;
}

/** Characters of a media type with its parameters; no media type has as many. */
const LONGEST_TYPE = 1_024;

export function isDataUri(text: string): boolean {
  return text.slice(0, 5).toLowerCase() === 'data:';
}

/** Undefined unless the content is in base64, the only form in which clients send bytes. */
export function parseDataUri(text: string): DataUri | undefined {
  const comma = text.indexOf(',');
  if (!isDataUri(text) || comma < 0 || comma > LONGEST_TYPE) return undefined;
  const [type = '', ...parameters] = text.slice(5, comma).toLowerCase().split(';');
  if (parameters.at(-1)?.trim() !== 'base64') return undefined;
  return { type: type.trim(), base64: text.slice(comma + 1) };
}

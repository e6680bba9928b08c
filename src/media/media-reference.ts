/** Media that a request names by URL. */
export interface MediaReference {
  url: string;
  /** Path of the field with the URL, for error messages. */
  param: string;
  /** Maximum bytes to download. */
  maxBytes: number;
}

/** Something that a request names by URL instead of holding it. */
export interface MediaReference {
  url: string;
  /** Path of the field that names it, for refusals. */
  param: string;
  /** More than this is not read. */
  maxBytes: number;
}

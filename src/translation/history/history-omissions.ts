/**
 * Parts of a request that Bedrock has rejected before, mostly of its history. The translation omits or rewrites them.
 */
export interface HistoryOmissions {
  /** The model rejects the reasoning blocks of the history. All of them are dropped. */
  reasoning?: 'dropped';
  /** The model rejects messages with the role `system`. */
  systemRole?: 'rejected';
  /** The model rejects the beta flags. All of them are dropped, with the fields that require one. */
  betas?: 'rejected';
  /** The model rejects citations, or PDFs with their pages. It receives the text of PDFs only. */
  pdfPages?: 'rejected';
  /** Maximum number of images and documents that the model accepts in one request. */
  maxImages?: number;
}

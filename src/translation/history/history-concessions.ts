/** The parts of a request, mostly of its history, that Bedrock has refused: the translation omits or rewrites them. */
export interface HistoryConcessions {
  /** The model does not accept the reasoning blocks of the history: all of them are left out. */
  reasoning?: 'dropped';
  /** The model does not accept messages with the role `system`. */
  systemRole?: 'refused';
  /** The model does not accept the beta flags: all are left out, and with them the fields that need one. */
  betas?: 'refused';
  /** The model refuses citations, or a PDF with its pages: it gets the text of PDFs. */
  pdfPages?: 'refused';
  /** The model accepts so many images and documents in one request. */
  mostImages?: number;
}

/** What of the history of a request Bedrock has refused: as far as this the translation leaves it out or rewrites it. */
export interface HistoryConcessions {
  /** The model does not accept the reasoning blocks of the history: all of them are left out. */
  reasoning?: 'dropped';
  /** The model does not accept messages with the role `system`. */
  systemRole?: 'refused';
  /** The model refuses citations, or a PDF with its pages: it gets the text of PDFs. */
  pdfPages?: 'refused';
  /** The model accepts so many images and documents in one request. */
  mostImages?: number;
}

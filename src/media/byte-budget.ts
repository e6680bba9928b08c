import { MediaFetchRejection } from './media-fetch-rejection.ts';

/** Maximum bytes that all downloads of one request can hold in memory. */
export class DownloadBudget {
  private left: number;
  private readonly total: number;

  constructor(total: number) {
    this.total = total;
    this.left = total;
  }

  /** Subtracts downloaded bytes. Throws MediaFetchRejection if the budget is exceeded. */
  spend(bytes: number): void {
    this.left -= bytes;
    if (this.left < 0) throw new MediaFetchRejection(`all images of this request together exceed ${this.total} bytes.`);
  }
}

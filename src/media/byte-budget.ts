import { MediaFetchRejection } from './media-fetch-rejection.ts';

/** Bytes that the downloads of one request may hold in memory together. */
export class DownloadBudget {
  private left: number;
  private readonly total: number;

  constructor(total: number) {
    this.total = total;
    this.left = total;
  }

  /** Throws MediaFetchRejection when it is spent. */
  spend(bytes: number): void {
    this.left -= bytes;
    if (this.left < 0)
      throw new MediaFetchRejection(`all that this request names by URL is more than ${this.total} bytes.`);
  }
}

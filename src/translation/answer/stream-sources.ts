import { citationSourcesOf, type Citation, type CitationSources } from './citations.ts';

/**
 * The sources of one streamed answer. They come as deltas among those of the text they belong to, and are told when
 * the block ends: only then is it known where the cited text does.
 */
export class StreamSources {
  private length = 0;
  private start = 0;
  private cited: Citation[] = [];

  addText(text: string): void {
    this.length += text.length;
  }

  addCitation(citation: Citation): void {
    this.cited.push(citation);
  }

  /** What the block that ends here cites; undefined for nothing. */
  endBlock(): CitationSources | undefined {
    const span = { start: this.start, end: this.length };
    const { cited } = this;
    this.start = this.length;
    if (cited.length === 0) return undefined;
    this.cited = [];
    return citationSourcesOf(cited.map((citation) => ({ citation, span })));
  }
}

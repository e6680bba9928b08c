import { citationSourcesOf, type Citation, type CitationSources } from './citations.ts';

/**
 * Collects the sources of one streamed answer. Citation events arrive between the text events that they belong to. The
 * sources are returned when the block ends, because only then the end of the cited text is known.
 */
export class StreamSources {
  private length = 0;
  private start = 0;
  private cited: Citation[] = [];

  /** Adds text of the open block. */
  addText(text: string): void {
    this.length += text.length;
  }

  /** Adds a citation of the open block. */
  addCitation(citation: Citation): void {
    this.cited.push(citation);
  }

  /** Returns the citations of the block that ends here; undefined if there are none. */
  endBlock(): CitationSources | undefined {
    const span = { start: this.start, end: this.length };
    const { cited } = this;
    this.start = this.length;
    if (cited.length === 0) return undefined;
    this.cited = [];
    return citationSourcesOf(cited.map((citation) => ({ citation, span })));
  }
}

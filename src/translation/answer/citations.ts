import type { Citation as SdkCitation, CitationLocation } from '@aws-sdk/client-bedrock-runtime';
import type { ChatCompletionMessage } from 'openai/resources/chat/completions';

import type { ContentBlock, WireForm } from '../../wire/converse.ts';
import { textOfBlock } from '../../wire/block-text.ts';

/** A citation of Bedrock. Events of a stream have the same members. */
export type Citation = WireForm<SdkCitation>;

/** OpenAI's annotation, used for sources that have a URL. */
export type UrlAnnotation = ChatCompletionMessage.Annotation;

/**
 * Citation of a source without a URL: a page or passage of a document of the request. A field that the gateway adds to
 * OpenAI's formats. Indexes count UTF-16 code units of the answer's text.
 */
export interface DocumentCitation {
  title?: string;
  source?: string;
  location?: WireForm<CitationLocation>;
  cited_text?: string;
  start_index: number;
  end_index: number;
}

/** Sources of one answer, or of one part of a streamed answer. */
export interface CitationSources {
  annotations: UrlAnnotation[];
  citations: DocumentCitation[];
}

/** Range of the answer's text, in UTF-16 code units, which is how clients slice strings. `end` is exclusive. */
export interface TextSpan {
  start: number;
  end: number;
}

/** Converts Bedrock's citations: to annotations if the source has a URL, otherwise to document citations. */
export function citationSourcesOf(cited: readonly { citation: Citation; span: TextSpan }[]): CitationSources {
  const sources: CitationSources = { annotations: [], citations: [] };
  for (const { citation, span } of cited) {
    const url = urlOf(citation);
    if (url === undefined) sources.citations.push(documentCitation(citation, span));
    else sources.annotations.push(urlAnnotation(citation, url, span));
  }
  return sources;
}

/**
 * Returns the sources of a whole answer. Bedrock returns cited text in separate blocks, so a citation's span is its
 * block.
 */
export function readAnswerSources(content: readonly ContentBlock[]): CitationSources {
  const cited: { citation: Citation; span: TextSpan }[] = [];
  let length = 0;
  for (const block of content) {
    const span = { start: length, end: length + textOfBlock(block).length };
    for (const citation of block.citationsContent?.citations ?? []) cited.push({ citation, span });
    length = span.end;
  }
  return citationSourcesOf(cited);
}

function urlOf({ location, source }: Citation): string | undefined {
  const url = location?.web?.url ?? source;
  return url !== undefined && /^https?:\/\//.test(url) ? url : undefined;
}

function urlAnnotation({ title }: Citation, url: string, { start, end }: TextSpan): UrlAnnotation {
  return { type: 'url_citation', url_citation: { start_index: start, end_index: end, title: title ?? url, url } };
}

function documentCitation(
  { title, source, sourceContent, location }: Citation,
  { start, end }: TextSpan,
): DocumentCitation {
  const cited = (sourceContent ?? []).map(({ text }) => text ?? '').join('');
  return {
    ...(title !== undefined && { title }),
    ...(source !== undefined && { source }),
    ...(location !== undefined && { location }),
    ...(cited !== '' && { cited_text: cited }),
    start_index: start,
    end_index: end,
  };
}

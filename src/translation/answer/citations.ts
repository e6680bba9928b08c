import type { Citation as SdkCitation, CitationLocation } from '@aws-sdk/client-bedrock-runtime';
import type { ChatCompletionMessage } from 'openai/resources/chat/completions';

import type { ContentBlock, WireForm } from '../../wire/converse.ts';
import { textOfBlock } from '../../wire/block-text.ts';

/** Bedrock's citation; in streams it has the same members. */
export type Citation = WireForm<SdkCitation>;

/** OpenAI's form, for sources that have a URL. */
export type UrlAnnotation = ChatCompletionMessage.Annotation;

/** Ours, for sources that have none: a page or a passage of a document of the request. Indexes are those of the answer's text. */
export interface DocumentCitation {
  title?: string;
  source?: string;
  location?: WireForm<CitationLocation>;
  cited_text?: string;
  start_index: number;
  end_index: number;
}

/** The sources of one answer, or of one piece of it. */
export interface CitationSources {
  annotations: UrlAnnotation[];
  citations: DocumentCitation[];
}

/** A stretch of the answer's text, in UTF-16 units as clients slice it. */
export interface TextSpan {
  start: number;
  end: number;
}

export function citationSourcesOf(cited: readonly { citation: Citation; span: TextSpan }[]): CitationSources {
  const sources: CitationSources = { annotations: [], citations: [] };
  for (const { citation, span } of cited) {
    const url = urlOf(citation);
    if (url === undefined) sources.citations.push(documentCitation(citation, span));
    else sources.annotations.push(urlAnnotation(citation, url, span));
  }
  return sources;
}

/** The sources of a whole answer: cited text stands in blocks of its own. */
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

import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import type { ContentBlock, ConverseMessage, DocumentBlock, ToolResultContent } from '../../wire/converse.ts';
import type { HistoryOmissions } from '../history/history-omissions.ts';
import type { TranslationPolicy } from '../policy.ts';
import type { ExpectedOutput } from '../json-schema/expected-output.ts';

/** Inputs that decide whether a model receives the pages of PDFs. */
export interface PdfPagesOptions {
  rules: ModelRules;
  policy: Pick<TranslationPolicy, 'media'>;
  history?: HistoryOmissions;
  /** Expected JSON output; absent if the answer is plain text. */
  expected?: ExpectedOutput;
}

/**
 * Enables citations for PDFs. Converse passes the pages of a PDF to Claude only with citations, otherwise its text
 * alone (Anthropic, PDF support, 2026-11).
 * Citations "must be enabled on all or none of the documents", which is possible only if all documents are PDFs. They
 * are rejected together with JSON output as text (Anthropic, citations).
 */
export function withPdfPages(
  turns: readonly ConverseMessage[],
  { rules, policy, history, expected }: PdfPagesOptions,
  adjustments: Adjustments,
): readonly ConverseMessage[] {
  if (!rules.pdfPagesByCitations || policy.media?.pdf === 'text') return turns;
  const documents = turns.flatMap(({ content = [] }) => content.flatMap(documentsOf));
  if (!documents.some(isPdf)) return turns;
  const isJsonText = expected !== undefined && expected.format !== 'tool';
  if (isJsonText || history?.pdfPages === 'rejected' || !documents.every(isPdf)) {
    adjustments.changed('file.pages', 'text_only');
    return turns;
  }
  return turns.map((turn) => ({ ...turn, content: (turn.content ?? []).map(withCitations) }));
}

function documentsOf({ document, toolResult }: ContentBlock): DocumentBlock[] {
  if (document) return [document];
  return (toolResult?.content ?? []).flatMap((inner) => inner.document ?? []);
}

function isPdf({ format }: DocumentBlock): boolean {
  return format === 'pdf';
}

function withCitations(block: ContentBlock): ContentBlock {
  const { document, toolResult } = block;
  if (document) return { document: cited(document) };
  if (!toolResult?.content?.some((inner) => inner.document)) return block;
  const content = toolResult.content.map((inner): ToolResultContent =>
    inner.document ? { document: cited(inner.document) } : inner,
  );
  return { toolResult: { ...toolResult, content } };
}

function cited(document: DocumentBlock): DocumentBlock {
  return { ...document, citations: { enabled: true } };
}

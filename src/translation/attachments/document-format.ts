import { decodeBase64Range } from './base64.ts';
import { readImageHeader } from './image-header.ts';

/** What Converse takes as a document (AWS API reference, DocumentBlock, 2026-11-22). */
export type DocumentFormat = 'pdf' | 'csv' | 'doc' | 'docx' | 'xls' | 'xlsx' | 'html' | 'txt' | 'md';

/** What a client says about a file. */
export interface DeclaredFile {
  filename?: string;
  /** MIME type without parameters. */
  type?: string;
}

/** What the bytes are, as far as their beginning tells; `zip` and `ole` hold the newer and older Office files. */
type Container = 'pdf' | 'zip' | 'ole' | 'image' | 'text' | 'binary';

const BY_EXTENSION: ReadonlyMap<string, DocumentFormat> = new Map(
  Object.entries<DocumentFormat>({
    pdf: 'pdf',
    csv: 'csv',
    doc: 'doc',
    docx: 'docx',
    xls: 'xls',
    xlsx: 'xlsx',
    html: 'html',
    htm: 'html',
    txt: 'txt',
    text: 'txt',
    md: 'md',
    markdown: 'md',
  }),
);

const BY_TYPE: ReadonlyMap<string, DocumentFormat> = new Map(
  Object.entries<DocumentFormat>({
    'application/pdf': 'pdf',
    'text/csv': 'csv',
    'application/msword': 'doc',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
    'application/vnd.ms-excel': 'xls',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
    'text/html': 'html',
    'text/plain': 'txt',
    'text/markdown': 'md',
    'text/x-markdown': 'md',
  }),
);

const IN_CONTAINER: Readonly<Record<DocumentFormat, Container>> = {
  pdf: 'pdf',
  docx: 'zip',
  xlsx: 'zip',
  doc: 'ole',
  xls: 'ole',
  csv: 'text',
  html: 'text',
  txt: 'text',
  md: 'text',
};

const OLE_SIGNATURE = 'd0cf11e0a1b11ae1';
/** Readers of PDF look for its header in the first 1024 bytes (ISO 32000-1, annex H). */
const PDF_HEADER_WITHIN = 1_024;

/**
 * The format of a file: by its bytes where they tell, by the name where they hold several formats, by the
 * declared type last, because browsers call CSV files `application/vnd.ms-excel`. Undefined when what it is
 * called and what it is do not go together, or when it is nothing that Bedrock reads.
 */
export function detectDocumentFormat(base64: string, declared: DeclaredFile): DocumentFormat | undefined {
  const named = declaredFormat(declared);
  const container = containerOf(base64);
  if (container === 'pdf') return 'pdf';
  if (named !== undefined) return IN_CONTAINER[named] === container ? named : undefined;
  // Source code, JSON, logs: text is text.
  return container === 'text' ? 'txt' : undefined;
}

/** What a file is called, if that means anything to Bedrock. */
export function declaredFormat({ filename, type }: DeclaredFile): DocumentFormat | undefined {
  return BY_EXTENSION.get(extensionOf(filename ?? '')) ?? BY_TYPE.get(type ?? '');
}

/** Whether somebody sent an image as a file. */
export function isImageFile(base64: string): boolean {
  return containerOf(base64) === 'image';
}

/** In lower case, without the dot; empty when there is none. */
export function extensionOf(filename: string): string {
  return /\.([a-z0-9]{1,10})$/i.exec(filename)?.[1]?.toLowerCase() ?? '';
}

function containerOf(base64: string): Container {
  const head = decodeBase64Range(base64, 0, PDF_HEADER_WITHIN);
  if (head.includes('%PDF-', 0, 'latin1')) return 'pdf';
  if (head.toString('latin1', 0, 4) === 'PK\u0003\u0004') return 'zip';
  if (head.toString('hex', 0, 8) === OLE_SIGNATURE) return 'ole';
  if (readImageHeader(base64) !== undefined) return 'image';
  return head.every((byte) => byte >= 0x20 || isWhitespace(byte)) ? 'text' : 'binary';
}

/** Tab, line feed, vertical tab, form feed, carriage return; and escape, which coloured logs are full of. */
function isWhitespace(byte: number): boolean {
  return (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b;
}

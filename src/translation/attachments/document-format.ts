import { decodeBase64Range } from './base64.ts';
import { readImageHeader } from './image-header.ts';

/** Document formats of Converse (AWS API reference, DocumentBlock, 2026-11-22). */
export type DocumentFormat = 'pdf' | 'csv' | 'doc' | 'docx' | 'xls' | 'xlsx' | 'html' | 'txt' | 'md';

/** File name and media type that a client declares. */
export interface DeclaredFile {
  filename?: string;
  /** MIME type without parameters. */
  type?: string;
}

/** Kind of file by its first bytes. `zip` contains the newer Office formats, `ole` the older ones. */
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
/** Number of bytes in which PDF readers look for the header `%PDF-` (ISO 32000-1, annex H). */
const PDF_HEADER_WITHIN = 1_024;

/**
 * Returns the format of a file; undefined if Bedrock does not support it, or if content and name contradict each other.
 * The first bytes decide. Where they fit several formats, the file name decides, then the declared type. The type comes
 * last, because browsers declare CSV files as `application/vnd.ms-excel`.
 */
export function detectDocumentFormat(base64: string, declared: DeclaredFile): DocumentFormat | undefined {
  const named = declaredFormat(declared);
  const container = containerOf(base64);
  if (container === 'pdf') return 'pdf';
  if (named !== undefined) return IN_CONTAINER[named] === container ? named : undefined;
  // Source code, JSON and logs are sent as plain text.
  return container === 'text' ? 'txt' : undefined;
}

/** Returns the format that a file's extension or media type declares; undefined if Bedrock does not support it. */
export function declaredFormat({ filename, type }: DeclaredFile): DocumentFormat | undefined {
  return BY_EXTENSION.get(extensionOf(filename ?? '')) ?? BY_TYPE.get(type ?? '');
}

/** Returns true if a file is an image. */
export function isImageFile(base64: string): boolean {
  return containerOf(base64) === 'image';
}

/** Returns a file name's extension in lower case, without the dot; empty if there is none. */
export function extensionOf(filename: string): string {
  return /\.([a-z0-9]{1,10})$/i.exec(filename)?.[1]?.toLowerCase() ?? '';
}

function containerOf(base64: string): Container {
  const head = decodeBase64Range(base64, 0, PDF_HEADER_WITHIN);
  if (head.includes('%PDF-', 0, 'latin1')) return 'pdf';
  if (head.toString('latin1', 0, 4) === 'PK\u0003\u0004') return 'zip';
  if (head.toString('hex', 0, 8) === OLE_SIGNATURE) return 'ole';
  if (readImageHeader(base64) !== undefined) return 'image';
  return head.every((byte) => byte >= 0x20 || isTextControl(byte)) ? 'text' : 'binary';
}

/**
 * Returns true for tab, line feed, vertical tab, form feed, carriage return, and for escape, which logs with colors
 * contain.
 */
function isTextControl(byte: number): boolean {
  return (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b;
}

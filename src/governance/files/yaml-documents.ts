/** A document of a YAML file with several ones. */
export interface YamlDocument {
  text: string;
  /** Position in the file, from 1. */
  number: number;
  /** Line of the file at which the document begins, from 1. */
  line: number;
}

/** A document marker: in YAML, three dashes at the start of a line separate documents even within block texts. */
const MARKER = /^---(?=[ \t\r\n]|$)/gm;

/** Yields the documents of a file, without those that contain only comments. */
export function* yamlDocuments(text: string): Generator<YamlDocument> {
  let number = 0;
  let line = 1;
  let counted = 0;
  for (const { start, end } of documentRanges(text)) {
    for (; counted < start; counted++) if (text.charCodeAt(counted) === NEWLINE_CODE) line += 1;
    const document = text.slice(start, end);
    if (!HAS_CONTENT.test(document)) continue;
    number += 1;
    yield { text: document, number, line };
  }
}

const NEWLINE_CODE = 0x0a;
/** Matches a line that is neither empty nor a comment nor an end marker. */
const HAS_CONTENT = /^(?!\s*(?:#|$)|\.\.\.\s*$)/m;

function* documentRanges(text: string): Generator<{ start: number; end: number }> {
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  for (const { index } of text.matchAll(MARKER)) {
    yield { start, end: index };
    start = index + MARKER_LENGTH;
  }
  yield { start, end: text.length };
}

const MARKER_LENGTH = 3;

import { readdirSync, readFileSync } from 'node:fs';

import type { ScriptedAnswer } from '../../emulator/emulator.ts';
import { redact, sign } from '../../emulator/answers/signatures.ts';
import { png } from './media-files.ts';

/**
 * Requests of one kind on every endpoint that accepts it, with the body for Bedrock and the reports of the gateway.
 * A `%%NAME:N%%` in a request is a placeholder for N letters (FILL), an image (PNG) or a document of N bytes (PDF,
 * DOCX, TXT). SIGNATURE and REDACTED stand for reasoning that another Claude signed.
 */
export interface SessionCase {
  name: string;
  path: string;
  headers?: Record<string, string>;
  body: Record<string, unknown>;
  /** The scripted answer of the model. */
  script?: ScriptedAnswer[];
  /** The complete value of `x-outcrop-adjusted`, in its order. */
  adjusted: string[];
  /** `param` of the 400, if rejecting the request is the correct result. */
  refused?: string;
  /** Part of the last body that Bedrock receives. */
  sent?: object;
  /** Number of calls to Bedrock, if it is not one. */
  calls?: number;
  /** Calls for the streamed request, which follows the plain one, if the gateway learned from the plain one. */
  callsStreamed?: number;
  /** Part of the plain answer. */
  answered?: object;
  /** The text of a streamed chat answer. */
  answeredText?: string;
}

export interface SessionKind {
  file: string;
  gist: string;
  cases: SessionCase[];
}

const OTHER_CLAUDE = { model: 'anthropic.claude-opus-4-8', prefix: '' };
const FOLDER = new URL('../fixtures/corpus/sessions/', import.meta.url);

export const SESSION_CORPUS: readonly SessionKind[] = readdirSync(FOLDER)
  .toSorted()
  .map((file) => ({
    file: file.replace('.json', ''),
    ...(JSON.parse(expanded(readFileSync(new URL(file, FOLDER), 'utf8'))) as Omit<SessionKind, 'file'>),
  }));

function expanded(text: string): string {
  return text.replaceAll(
    /%%(FILL|PNG|PDF|DOCX|TXT|SIGNATURE|REDACTED)(?::(\w+))?%%/g,
    (_, kind: string, value = '0') => {
      const length = Number(value);
      switch (kind) {
        case 'FILL':
          return 'lorem ipsum '.repeat(Math.ceil(length / 12)).slice(0, length);
        case 'PNG':
          return png().toString('base64');
        case 'SIGNATURE':
          return sign(value, OTHER_CLAUDE);
        case 'REDACTED':
          return redact(value, OTHER_CLAUDE);
        case 'PDF':
          return padded('%PDF-1.7\n', length);
        case 'TXT':
          return padded('', length);
        default:
          return padded('PK\u0003\u0004', length);
      }
    },
  );
}

function padded(head: string, length: number): string {
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.alloc(Math.max(0, length - head.length), 0x20)]).toString(
    'base64',
  );
}

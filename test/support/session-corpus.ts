import { readdirSync, readFileSync } from 'node:fs';

import type { ScriptedAnswer } from '../../emulator/emulator.ts';
import { redact, sign } from '../../emulator/answers/signatures.ts';
import { png } from './media-files.ts';

/**
 * Requests of one kind on every endpoint that accepts it, with what the gateway sends and reports. A `%%NAME:N%%` in a
 * request stands for N letters (FILL), an image (PNG), a
 * document of N bytes (PDF, DOCX, TXT), or reasoning that another Claude has signed (SIGNATURE of the text N, REDACTED).
 */
export interface SessionCase {
  name: string;
  path: string;
  headers?: Record<string, string>;
  body: Record<string, unknown>;
  /** What the model answers. */
  script?: ScriptedAnswer[];
  /** `x-outcrop-adjusted`, all of it, in its order. */
  adjusted: string[];
  /** `param` of the 400, where the refusal is the correct answer. */
  refused?: string;
  /** Part of what Bedrock is sent in the end. */
  sent?: object;
  /** Calls to Bedrock, where it is not one. */
  calls?: number;
  /** The same for the streamed request, which comes after the plain one, where that has taught the gateway. */
  callsStreamed?: number;
  /** Part of the plain answer. */
  answered?: object;
  /** The text of a streamed answer of chat. */
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

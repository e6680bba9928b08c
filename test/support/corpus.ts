import { readdirSync, readFileSync } from 'node:fs';

import type { ScriptedAnswer } from '../../emulator/emulator.ts';
import type { ChatRequest } from '../../src/translation/openai-chat/chat-request.types.ts';

/**
 * Requests that failed at other gateways, each in a file named by its thread (repository and number), rebuilt from
 * what the thread tells or, where only its subject is known, from that; and beside them one request for every rule of repair that no thread names (`rule-…`).
 * Signatures are the emulator's.
 */
export interface Case {
  thread: string;
  /** What went wrong there. */
  gist: string;
  /** Settings of the gateway, as YAML, where the defaults are not what the thread is about. */
  settings?: string;
  request: ChatRequest;
  /** What is told of the repair. */
  adjusted: string[];
  /** `param` of the 400, where a refusal is what was missing. */
  refused?: string;
  /** Model id in the path of the call to Bedrock. */
  reaches?: string;
  /** Part of what Bedrock is sent. */
  sent?: object;
  /** What the model says. */
  script?: ScriptedAnswer[];
  /** Part of the first choice of the answer. */
  answered?: { message?: object; finish_reason?: string };
}

const FOLDER = new URL('../fixtures/corpus/', import.meta.url);

export const CORPUS: readonly Case[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .toSorted()
  .map((file) => ({
    thread: file.replace('.json', ''),
    ...(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Omit<Case, 'thread'>),
  }));

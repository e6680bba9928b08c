import { readdirSync, readFileSync } from 'node:fs';

import type { ScriptedAnswer } from '../../emulator/emulator.ts';
import type { ChatRequest } from '../../src/translation/openai-chat/chat-request.types.ts';

/**
 * Requests that failed at other gateways, each in a file named after its thread (repository and number).
 * They are rebuilt from the thread or, where the thread has no details, from its subject. Files named `rule-…` cover
 * repairs that no thread mentions. The emulator made the signatures.
 */
export interface Case {
  thread: string;
  /** What failed at the other gateway. */
  gist: string;
  /** Settings of the gateway, as YAML, where the thread does not concern the defaults. */
  settings?: string;
  request: ChatRequest;
  /** Values of `x-outcrop-adjusted` that report the repair. */
  adjusted: string[];
  /** `param` of the 400, if rejecting the request is the correct result. */
  refused?: string;
  /** Model id in the path of the call to Bedrock. */
  reaches?: string;
  /** Part of the body that Bedrock receives. */
  sent?: object;
  /** The scripted answer of the model. */
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

import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { MODELS } from '../emulator/models.ts';
import { checkConverse } from '../emulator/rules/check-converse.ts';
import { GatewayError } from '../src/errors.ts';
import { MODEL_TABLE } from '../src/models/model-table.ts';
import { chatRequest, type ChatRequest } from '../src/translation/chat/chat-request.ts';
import { contextOf } from './support/model-cards.ts';

/**
 * Requests that failed at other gateways, each in a file named by its thread (repository and number), rebuilt from
 * what the thread tells, and beside them one request for every rule of repair that no thread names (`rule-…`).
 * None of them may fail here, whichever model is asked. Signatures are the emulator's.
 */

interface Case {
  /** What went wrong there. */
  gist: string;
  request: ChatRequest;
  /** What is told of the repair, for Claude Sonnet 4.5. */
  adjusted: string[];
}

const FOLDER = new URL('./fixtures/corpus/', import.meta.url);
const CASES = readdirSync(FOLDER)
  .toSorted()
  .map((file) => ({
    thread: file.replace('.json', ''),
    ...(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Case),
  }));

const PAIRS = MODEL_TABLE.flatMap((card) => {
  const model = MODELS.find(({ id }) => id === card.id);
  return model ? [{ card, model }] : [];
});

describe.each(CASES)('$thread: $gist', ({ request, adjusted }) => {
  it('is repaired and told', () => {
    const translation = chatRequest(request, contextOf('claude-sonnet-4-5'));
    expect(translation).toMatchSnapshot();
    expect(translation.adjusted).toEqual(expect.arrayContaining(adjusted));
  });

  it('is refused by no model that has tools', () => {
    for (const { card, model } of PAIRS) {
      const context = { model: card, thinkingByName: false, defaultMaxTokens: 2_048 };
      try {
        const { inputs } = chatRequest(request, context);
        checkConverse(JSON.parse(JSON.stringify(inputs[0])), model);
      } catch (error) {
        if (error instanceof GatewayError && !card.rules.tools) expect(error).toMatchObject({ status: 400 });
        else throw new Error(`${card.name}: ${String(error)}`, { cause: error });
      }
    }
  });
});

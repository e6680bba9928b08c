import { describe, expect, it } from '@jest/globals';

import { MODELS } from '../../emulator/models.ts';
import { checkConverse } from '../../emulator/rules/check-converse.ts';
import { buildConfig } from '../../src/config/load-config.ts';
import { GatewayError } from '../../src/errors/errors.ts';
import type { Model } from '../../src/models/types/model.ts';
import { CHAT_MODELS } from '../../src/models/table/model-table.ts';
import { chatDialect } from '../../src/translation/openai-chat/chat-dialect.ts';
import { type Case, CORPUS } from '../support/corpus.ts';
import { contextOf } from '../support/model-cards.ts';

/** Checks that no model rejects a request of the corpus; `test/e2e/requests/corpus.e2e-spec.ts` sends it over HTTP. */

const PAIRS = CHAT_MODELS.flatMap((card) => {
  const model = MODELS.find(({ id }) => id === card.id);
  return model ? [{ card, model }] : [];
});
/** The model of most cases; the end-to-end test covers reports and bodies of the others. */
const SNAPSHOT_OF = 'claude-sonnet-4-5';

describe.each(CORPUS)('$thread: $gist', ({ request, adjusted, refused, settings, sent }) => {
  const policy = buildConfig({
    file: { path: 'corpus.yaml', text: settings ?? '' },
    environment: {},
    readFile: () => '',
  });

  it('is repaired and reported', () => {
    const options = contextOf(SNAPSHOT_OF, { policy });
    if (refused !== undefined && policy.requests.unsupportedFields === 'adjust') {
      expect(() => chatDialect.toConverse(request, options)).toThrow(
        expect.objectContaining({ status: 400, param: refused }),
      );
      return;
    }
    const translation = chatDialect.toConverse(request, options);
    if (request.model !== SNAPSHOT_OF) return;
    expect(translation.adjusted).toEqual(expect.arrayContaining(adjusted));
    if (sent === undefined) expect(translation).toMatchSnapshot();
  });

  it('is rejected by no model with tool use', () => {
    for (const { card, model } of PAIRS) {
      const context = { model: card, thinkingByName: false, defaultMaxTokens: 2_048, policy };
      try {
        const { inputs } = chatDialect.toConverse(request, context);
        checkConverse(JSON.parse(JSON.stringify(inputs[0])), model);
      } catch (error) {
        const isBadRequest = error instanceof GatewayError && error.status === 400;
        if (!isBadRequest || (refused === undefined && has(card, request))) {
          throw new Error(`${card.name}: ${String(error)}`, { cause: error });
        }
      }
    }
  });
});

/** Returns true if the model accepts the kinds of content in the request. */
function has({ rules }: Model, request: Case['request']): boolean {
  const text = JSON.stringify(request);
  const needsTools = text.includes('"tools"') || text.includes('"tool_calls"') || text.includes('"functions"');
  const needsVision = text.includes('"image"') || text.includes('"input_image"');
  return (
    (rules.tools || !needsTools) && (rules.documents || !text.includes('"file"')) && (rules.vision || !needsVision)
  );
}

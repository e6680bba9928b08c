import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { MODELS } from '../../emulator/models.ts';
import { checkConverse } from '../../emulator/rules/check-converse.ts';
import { GatewayError } from '../../src/errors/errors.ts';
import type { ModelRules } from '../../src/models/types/model.ts';
import { CHAT_MODELS } from '../../src/models/table/model-table.ts';
import { chatRequest } from '../../src/translation/openai-chat/request/chat-request.ts';
import { dataUrl, gif, jpeg, OLE, PDF, png, WAV, webp, zip } from '../support/media-files.ts';
import type { ChatRequest } from '../../src/translation/openai-chat/chat-request.types.ts';
import { propertyRuns } from '../support/property-runs.ts';

/** Any mixture of parts is either rejected with the part's path, or accepted by the emulator's Bedrock rules. */

const URL = 'https://images.test/a.png';
const FETCHED = new Map([[URL, png().toString('base64')]]);

const bytes = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(png(), gif(), jpeg(), webp('VP8L')) },
  { weight: 1, arbitrary: fc.constantFrom(png({ width: 9_000 }), PDF, Buffer.alloc(0)) },
);
const url = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(bytes, fc.constantFrom('image/png', 'image/x')).map(([b, type]) => dataUrl(b, type)),
  },
  { weight: 3, arbitrary: fc.constant(URL) },
  { weight: 1, arbitrary: fc.oneof(fc.webUrl(), fc.string(), fc.constant('data:image/png;base64,AAAA')) },
);
const filename = fc.oneof(
  fc.constantFrom('a.pdf', 'a.docx', 'a.md', 'b c  d.xlsx', 'é.csv', '.txt', undefined),
  fc.string({ unit: 'binary' }),
);
const content = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(PDF, Buffer.from('a,b'), zip('word/document.xml'), OLE) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)) },
);
const part = fc.oneof(
  fc.string().map((text) => ({ type: 'text', text })),
  fc.constant({ type: 'text', text: 'Look.' }),
  fc.record({ type: fc.constant('image_url'), image_url: fc.record({ url }) }),
  fc.record({
    type: fc.constant('file'),
    file: fc.record({ file_data: content.map((file) => file.toString('base64')), filename }),
  }),
  fc.constant({ type: 'input_audio', input_audio: { data: WAV.toString('base64'), format: 'wav' } }),
  fc.anything().map((image_url) => ({ type: 'image_url', image_url })),
  fc.anything().map((file) => ({ type: 'file', file })),
);
const textPart = fc.constantFrom('', ' ', 'Hi').map((text) => ({ type: 'text', text }));
const goodImage = fc.constantFrom(png(), gif(), jpeg(), webp('VP8 ')).map((image) => ({
  type: 'image_url',
  image_url: { url: dataUrl(image) },
}));
const goodFile = fc.constantFrom('a.pdf', 'A.pdf', 'a (2).pdf', 'z').map((filename) => ({
  type: 'file',
  file: { file_data: dataUrl(PDF, 'application/pdf'), filename },
}));
const goodAudio = fc.constant({ type: 'input_audio', input_audio: { data: WAV.toString('base64'), format: 'wav' } });

/** Returns mostly parts that the model accepts, so that complete conversations are tested. */
function conversations({ vision, documents, audio }: ModelRules) {
  const goodPart: fc.Arbitrary<object> = fc.oneof(
    textPart,
    ...(vision ? [goodImage] : []),
    ...(documents ? [goodFile] : []),
    ...(audio ? [goodAudio] : []),
  );
  const message = fc.oneof(
    { weight: 4, arbitrary: fc.record({ role: fc.constant('user'), content: fc.array(goodPart, { maxLength: 12 }) }) },
    { weight: 2, arbitrary: fc.record({ role: fc.constant('assistant'), content: fc.constantFrom('Yes.', ' ') }) },
    {
      weight: 1,
      arbitrary: fc.record({ role: fc.constantFrom('user', 'assistant'), content: fc.array(part, { maxLength: 3 }) }),
    },
  );
  return fc.array(message, { minLength: 1, maxLength: 6 });
}

const NAMES = ['claude-haiku-4-5', 'claude-opus-5-5', 'nova-pro', 'nova-micro', 'qwen3-32b', 'voxtral-small-24b'];

describe('Bedrock accepts', () => {
  it.each(NAMES)('any media for %s', (name) => {
    const card = CHAT_MODELS.find((row) => row.name === name)!;
    const model = MODELS.find(({ id }) => id === card.id)!;
    let accepted = 0;
    fc.assert(
      fc.property(conversations(card.rules), (messages) => {
        const context = { model: card, thinkingByName: false, defaultMaxTokens: 4_096, fetchedMedia: FETCHED };
        const request = { model: name, messages } as ChatRequest;
        const input = inputOrRefusal(() => chatRequest(request, context).inputs[0]);
        if (input instanceof GatewayError) {
          expect(input.status).toBe(400);
          expect(input.param).toMatch(/^messages/);
          return;
        }
        accepted += 1;
        checkConverse(JSON.parse(JSON.stringify(input)), model);
      }),
      { numRuns: propertyRuns(400) },
    );
    expect(accepted).toBeGreaterThan(40);
  });
});

function inputOrRefusal<Input>(work: () => Input): Input | GatewayError {
  try {
    return work();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

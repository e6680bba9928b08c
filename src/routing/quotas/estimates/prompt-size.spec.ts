import { describe, expect, it } from '@jest/globals';
import type { ConverseRequest } from '../../../wire/converse.ts';
import { promptSizeOf, rawPromptSizeOf } from './prompt-size.ts';

function sizeOf(input: ConverseRequest) {
  const bytes = Buffer.byteLength(JSON.stringify(input));
  return { bytes, size: promptSizeOf(input, bytes) };
}

describe('the size of a prompt', () => {
  it('is the length of its JSON, with the output limit', () => {
    const { bytes, size } = sizeOf({
      messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
      system: [{ text: 'Be kind' }],
      inferenceConfig: { maxTokens: 7 },
    });
    expect(size).toEqual({ textBytes: bytes, images: 0, mediaBytes: 0, maxTokens: 7 });
  });

  it('counts images, documents and audio separately, at any position', () => {
    const base64 = 'A'.repeat(4_000);
    const image = { format: 'png', source: { bytes: base64 } } as const;
    const document = { format: 'pdf', name: 'd', source: { bytes: base64 } } as const;
    const { bytes, size } = sizeOf({
      messages: [
        {
          role: 'user',
          content: [{ text: 'See' }, { image }, { document }, { document: { ...document, source: { text: 'x' } } }],
        },
        { role: 'assistant', content: [{ toolUse: { toolUseId: 't', name: 'f', input: {} } }] },
        {
          role: 'user',
          content: [{ toolResult: { toolUseId: 't', content: [{ image }, { document }, { text: 'y' }] } }],
        },
      ],
    });
    expect(size).toEqual({ textBytes: bytes - 16_000, images: 2, mediaBytes: 8_000, maxTokens: undefined });
  });

  it('is its length in bytes if it is nested too deeply', () => {
    const deep = `${'{"content":['.repeat(50_000)}${']}'.repeat(50_000)}`;
    const body = Buffer.from(`{"anthropic_version":"a","messages":[${deep}]}`);
    expect(rawPromptSizeOf(body)).toEqual({ textBytes: body.length, images: 0, mediaBytes: 0 });
  });

  it('is measured without messages, too', () => {
    expect(promptSizeOf({ messages: undefined }, 20)).toEqual({
      textBytes: 20,
      images: 0,
      mediaBytes: 0,
      maxTokens: undefined,
    });
  });
});

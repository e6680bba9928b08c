import { withReferencedItems } from '../../src/inference/responses/item-references.ts';
import { readStoredOutput } from '../../src/inference/responses/stored-response.ts';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { GatewayError } from '../../src/errors/errors.ts';
import { RestoredContent } from '../../src/limits/restored-content.ts';
import type { RemoteMediaService } from '../../src/media/remote-media.service.ts';
import type { Route } from '../../src/models/types/model.ts';
import { CHAT_MODELS } from '../../src/models/table/model-table.ts';
import { CancelSource } from '../../src/request/cancel-signal.ts';
import { ThinkingStore } from '../../src/shared-state/thinking/thinking-store.ts';
import { chatDialect } from '../../src/translation/openai-chat/chat-dialect.ts';
import { encodeThinking } from '../../src/translation/thinking-blocks/thinking-codec.ts';
import { responsesDialect } from '../../src/translation/openai-responses/responses-dialect.ts';
import {
  newResponseObject,
  type ResponseObject,
} from '../../src/translation/openai-responses/answer/response-object.ts';
import { OutputDefault } from '../../src/routing/quotas/estimates/output-default.ts';
import { QuotaRules } from '../../src/routing/quotas/quota-rules.ts';
import { TranslationService } from '../../src/translation/translation.service.ts';
import type { ChatRequest } from '../../src/translation/openai-chat/chat-request.types.ts';
import type { ResponsesRequest } from '../../src/translation/openai-responses/responses-request.types.ts';

/** Short references to long content: the content counts as often as it is referenced. */

const MEGABYTE = 1_024 * 1_024;
const card = CHAT_MODELS.find(({ name }) => name === 'claude-sonnet-4-5')!;
const ROUTE: Route = { requested: card.name, model: card, targets: [], thinkingByName: false };
const CALL = { report: {}, signal: new CancelSource(), once: <T>(_key: string, work: () => Promise<T>) => work() };
const IMAGE = 'a'.repeat(MEGABYTE);
const MEDIA = { fetchAll: () => Promise.resolve(new Map([['https://a.b/c', IMAGE]])) } as unknown as RemoteMediaService;
const TOO_MUCH = { status: 400, code: 'restored_content_too_large' };

function service(): TranslationService {
  const config = new GatewayConfig();
  config.thinking.maxBytes = 16 * MEGABYTE;
  return new TranslationService(
    config,
    MEDIA,
    new ThinkingStore(config),
    new OutputDefault(config, new QuotaRules(config)),
  );
}

function thinkingOf(characters: number) {
  return { kind: 'thinking', text: 'a'.repeat(characters), signature: 'AAAA' } as const;
}

function repeated<Entry>(times: number, entry: Entry): Entry[] {
  return Array.from({ length: times }, () => entry);
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => (error instanceof GatewayError ? { status: error.status, code: error.code } : error),
  );
}

describe('thinking that is stored for a tool call', () => {
  const withReferences = (times: number, id: string): ChatRequest => {
    const call = { id, type: 'function', function: { name: 'f', arguments: '{}' } };
    const turn = [
      { role: 'user', content: 'a' },
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: id, content: 'b' },
    ];
    return { model: card.name, messages: repeated(times, turn).flat() } as unknown as ChatRequest;
  };

  it('counts for every call that references it', async () => {
    const translation = service();
    const keep = translation.identity(ROUTE, undefined).saveThinking!;
    const id = keep({ id: 'c'.repeat(30), name: 'f' }, [thinkingOf(MEGABYTE)]);
    const prepare = (times: number) =>
      translation.prepare(chatDialect, withReferences(times, id), { route: ROUTE, context: CALL });
    expect(await failure(prepare(10))).toBeUndefined();
    expect(await failure(prepare(40))).toEqual(TOO_MUCH);
  });
});

describe('encrypted reasoning', () => {
  it('counts for every item, decompressed', async () => {
    const translation = service();
    const sealed = translation.identity(ROUTE, undefined).seal!(encodeThinking([thinkingOf(MEGABYTE)])!, 'thoughts');
    expect(sealed.length).toBeLessThan(10_000);
    const item = { type: 'reasoning', summary: [], encrypted_content: sealed };
    const prepare = (times: number) => {
      const input = [{ role: 'user', content: 'a' }, ...repeated(times, item), { role: 'user', content: 'a' }];
      const request = { model: card.name, input } as unknown as ResponsesRequest;
      return translation.prepare(responsesDialect, request, { route: ROUTE, context: CALL });
    };
    expect(await failure(prepare(10))).toBeUndefined();
    expect(await failure(prepare(40))).toEqual(TOO_MUCH);
  });
});

describe('an image that is fetched once', () => {
  it('counts for every part that references it', async () => {
    const part = { type: 'image_url', image_url: { url: 'https://a.b/c' } };
    const turn = [
      { role: 'user', content: [part] },
      { role: 'assistant', content: 'b' },
    ];
    const turns = repeated(40, turn).flat();
    const request = { model: card.name, messages: turns } as unknown as ChatRequest;
    expect(await failure(service().prepare(chatDialect, request, { route: ROUTE, context: CALL }))).toEqual(TOO_MUCH);
  });
});

describe('item references', () => {
  const stored = (number: number, text: string): string => {
    const id = number.toString(16).padStart(32, '0');
    const reply = { id, created: 0, model: 'm', thinkingByName: false };
    const output = [
      { type: 'message', id: `msg_${id}00`, role: 'assistant', content: [{ type: 'output_text', text }] },
    ];
    const response = {
      ...newResponseObject({ model: 'm', input: 'a' }, reply, 'kept'),
      output,
    } as unknown as ResponseObject;
    return JSON.stringify({ response, input: [{ role: 'user', content: 'x'.repeat(1_000) }] });
  };
  const reference = (number: number) => ({
    type: 'item_reference',
    id: `msg_${number.toString(16).padStart(32, '0')}00`,
  });
  const source = (text = 'b') => {
    const read: string[] = [];
    return {
      reads: read,
      restored: new RestoredContent(),
      read: (id: string) => {
        read.push(id);
        return Promise.resolve(stored(Number.parseInt(id.slice('resp_'.length), 16), text));
      },
    };
  };

  it('are resolved, and every response is read once', async () => {
    const from = source();
    const user = { role: 'user', content: 'a' };
    const items = await withReferencedItems([user, reference(1), reference(2), reference(1)], from);
    expect(items.map(({ type, id }) => id ?? type)).toEqual([
      undefined,
      reference(1).id,
      reference(2).id,
      reference(1).id,
    ]);
    expect(from.reads).toHaveLength(2);
  });

  it('leave a list without references unchanged', async () => {
    const items = [{ role: 'user', content: 'a' }];
    expect(await withReferencedItems(items, source())).toBe(items);
  });

  it('are counted before the first read', async () => {
    const from = source();
    const many = withReferencedItems(
      Array.from({ length: 1_001 }, (_, index) => reference(index)),
      from,
    );
    await expect(many).rejects.toMatchObject({ status: 400, code: 'array_above_max_length', param: 'input' });
    expect(from.reads).toHaveLength(0);
  });

  it('count their restored content each time', async () => {
    const many = withReferencedItems(repeated(100, reference(1)), source('a'.repeat(MEGABYTE)));
    await expect(many).rejects.toMatchObject(TOO_MUCH);
  });

  it('that do not resolve remain for the translation, which drops them', async () => {
    const missing = [{ type: 'item_reference', id: 'msg_0' }, reference(1)];
    const [first, second] = await withReferencedItems(missing, source());
    expect(first).toBe(missing[0]);
    expect(second).toMatchObject({ type: 'message', id: reference(1).id });
  });

  it.each([
    ['only the output', 'b', false],
    ['the output with the marker in a text', '],"reasoning":{', false],
  ])('are found by parsing %s', (_, text) => {
    const { items, characters } = readStoredOutput(stored(1, text));
    expect(items).toMatchObject([{ content: [{ text }] }]);
    expect(characters).toBeLessThan(1_000);
  });

  it('are found by parsing the complete response if an item contains the marker', () => {
    const whole = JSON.parse(stored(1, 'b')) as { response: { output: unknown[] } };
    whole.response.output = [{ type: 'shell_call', id: 'sh_1', action: { a: 1, reasoning: {} } }];
    const json = JSON.stringify(whole);
    expect(readStoredOutput(json)).toEqual({ items: whole.response.output, characters: json.length });
  });
});

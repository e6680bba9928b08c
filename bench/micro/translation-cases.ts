import type { Bench } from 'tinybench';
import { chatRequest } from '../../src/translation/openai-chat/request/chat-request.ts';
import { chatStream } from '../../src/translation/openai-chat/answer/chat-stream.ts';
import type { ConverseEvent } from '../../src/wire/converse.ts';
import { MODEL } from '../pieces/config.ts';
import { agentRequestOf, chatRequestOf, translationContext } from '../pieces/requests.ts';
import type { ChatRequest } from '../../src/translation/openai-chat/chat-request.types.ts';

export function addTranslationCases(bench: Bench): void {
  const options = translationContext();
  const translate = (request: ChatRequest) => () => void chatRequest(request, options);
  const translateAndWrite = (request: ChatRequest) => () => void JSON.stringify(chatRequest(request, options).inputs);
  const [small, long] = [chatRequestOf(1_000), chatRequestOf(200_000)];
  bench.add('chat request to Converse, 1 KB', translate(small));
  bench.add('chat request to Converse, 200 KB', translate(long));
  bench.add('chat request to Converse and to JSON, 200 KB', translateAndWrite(long));
  bench.add('chat request to Converse, 20 images', translate(agentRequestOf(20, 0, 0)));
  const agent = agentRequestOf(20, 30, 300_000);
  if (canTranslate(agent)) bench.add('chat request to Converse, 20 images, 30 tool turns, 300 KB', translate(agent));

  const reply = { id: 'bench', created: 1, model: MODEL, thinkingByName: false };
  const event: ConverseEvent = { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'naïve "texts"\n' } } };
  let writer = chatStream({ model: MODEL, messages: [], stream: true }, reply);
  let deltas = 0;
  bench.add('chat stream, a delta', () => {
    // Starts a new answer every 1,000 deltas, because real answers are not longer.
    if (++deltas % 1_000 === 0) writer = chatStream({ model: MODEL, messages: [], stream: true }, reply);
    writer.onEvent(event, 0);
  });

  /** Returns false if the translation rejects the request. */
  function canTranslate(request: ChatRequest): boolean {
    try {
      chatRequest(request, options);
      return true;
    } catch {
      return false;
    }
  }
}

import { startGateway, type TestGateway } from '../../support/gateway.ts';
import { SESSION_CORPUS, type SessionCase } from '../../support/session-corpus.ts';

/** Histories and requests of real clients on every endpoint, plain and streamed, over HTTP and the strict emulator. */

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

describe.each(SESSION_CORPUS)('$file: $gist', ({ cases }) => {
  it.each(cases)('$name', async (each) => {
    for (const stream of each.path.startsWith('/model/') ? [false] : [false, true]) {
      gateway.emulator.reset();
      gateway.emulator.script(each.script ?? []);
      const { path, headers, body } = each;
      const response = await gateway.send(path, { headers, body: stream ? { ...body, stream } : body });
      const text = await response.text();
      if (each.refused === undefined) expectAnswer(each, response, text, stream);
      else {
        expect([response.status, JSON.parse(text)]).toMatchObject([400, {}]);
        expect(text).toContain(each.refused);
        expect(gateway.emulator.requests).toHaveLength(0);
      }
    }
  });
});

function expectAnswer(each: SessionCase, response: Response, text: string, stream: boolean): void {
  expect([response.status, stream ? '' : text]).toEqual([200, stream ? '' : text]);
  const adjustments = response.headers.get('x-outcrop-adjusted')?.split(', ') ?? [];
  expect(adjustments).toEqual(each.adjusted);
  expect(gateway.emulator.requests).toHaveLength((stream ? each.callsStreamed : undefined) ?? each.calls ?? 1);
  if (each.sent) expect(gateway.emulator.requests.at(-1)!.body).toMatchObject(each.sent);
  if (each.answered && !stream) expect(JSON.parse(text)).toMatchObject(each.answered);
  if (stream && each.answeredText !== undefined) expect(textOfChat(text)).toBe(each.answeredText);
  if (stream) expect(text).not.toMatch(/"type":"error"|"error":\{/);
}

function textOfChat(stream: string): string {
  const chunks = stream.split('\n\n').filter((event) => event.startsWith('data: {'));
  const deltas = chunks.flatMap((chunk) => (JSON.parse(chunk.slice(6)) as { choices: Delta[] }).choices);
  return deltas.map(({ delta }) => delta.content ?? '').join('');
}

interface Delta {
  delta: { content?: string | null };
}

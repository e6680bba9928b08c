import { startGateway, type TestGateway } from '../../support/gateway.ts';
import { type Case, CORPUS } from '../../support/corpus.ts';

/** The corpus over HTTP, with the settings of each case and the strict emulator. */

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

const BY_SETTINGS = Map.groupBy(CORPUS, ({ settings }) => settings ?? '');

describe.each([...BY_SETTINGS])('with settings: %s', (settings, cases) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway(settings);
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.emulator.reset());

  it.each(cases)('$thread: $gist', async (each) => {
    for (const stream of each.request.stream ? [true] : [false, true]) {
      gateway.emulator.reset();
      gateway.emulator.script(each.script ?? []);
      const response = await gateway.send('/v1/chat/completions', { body: { ...each.request, stream } });
      const text = await response.text();
      if (each.refused === undefined) expectAnswer(each, response, choiceOf(text, stream));
      else {
        expect([response.status, JSON.parse(text)]).toMatchObject([400, { error: { param: each.refused } }]);
        expect(gateway.emulator.requests).toHaveLength(0);
      }
    }
  });

  function expectAnswer(each: Case, response: Response, choice: Loose): void {
    expect([response.status, gateway.emulator.stats().byStatus]).toEqual([200, { 200: 1 }]);
    const adjustments = response.headers.get('x-outcrop-adjusted')?.split(', ') ?? [];
    expect(adjustments).toEqual(expect.arrayContaining(each.adjusted));
    const [call] = gateway.emulator.requests;
    if (each.reaches) expect(call!.modelId).toBe(each.reaches);
    if (each.sent) expect(call!.body).toMatchObject(each.sent);
    expect(choice).toMatchObject(each.answered ?? { finish_reason: expect.any(String) });
  }
});

/** Returns the first choice, from the whole answer or assembled from the chunks. */
function choiceOf(text: string, stream: boolean): Loose {
  if (!stream) return JSON.parse(text).choices?.[0];
  const chunks = text.split('\n\n').filter((event) => event.startsWith('data: {'));
  const choices = chunks.flatMap((event) => JSON.parse(event.slice(6)).choices ?? []);
  const joined = (field: string) => choices.map(({ delta }) => delta[field] ?? '').join('');
  return {
    message: {
      role: joined('role'),
      content: joined('content'),
      reasoning_content: joined('reasoning_content'),
    },
    finish_reason: choices.at(-1)?.finish_reason,
  };
}

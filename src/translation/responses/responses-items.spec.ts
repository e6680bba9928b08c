import { contextOf, GENERATIONS } from '../../../test/support/model-cards.ts';
import { responsesRequest } from './responses-request.ts';
import type { ResponsesRequest } from './responses-request.ts';

it('reads more instructions than the stack holds arguments', () => {
  const content = Array.from({ length: 200_000 }, () => ({ type: 'input_text', text: 'a' }));
  const input = [
    { role: 'developer', content },
    { role: 'user', content: 'b' },
  ];
  const { inputs } = responsesRequest({ model: 'm', input } as unknown as ResponsesRequest, contextOf(GENERATIONS[1]!));
  expect(inputs[0]?.system).toHaveLength(200_000);
});

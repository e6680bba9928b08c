import { readFileSync } from 'node:fs';
import { requestSchema } from '../../src/api/docs/document/bodies/request-schema.ts';
import { ChatRequestDto } from '../../src/api/chat/chat.dto.ts';
import { CompletionsRequestDto } from '../../src/api/completions/completions.dto.ts';
import { EmbeddingsRequestDto } from '../../src/api/embeddings/embeddings.dto.ts';
import { CountTokensRequestDto, MessagesRequestDto } from '../../src/api/messages/messages.dto.ts';
import { ModerationsRequestDto } from '../../src/api/moderations/moderations.dto.ts';
import { CompactRequestDto, ResponsesRequestDto } from '../../src/api/responses/responses.dto.ts';
import { withLimitsTable } from '../../src/limits/limits-table.ts';
import { nestedEntries } from '../../src/limits/nested-entries.ts';
import type { LimitedApi, RequestLimit } from '../../src/limits/request-limit.ts';
import { BODY_LIMITS } from '../../src/limits/body-limits.ts';

const DTOS: Readonly<Record<LimitedApi, Function>> = {
  chat: ChatRequestDto,
  completions: CompletionsRequestDto,
  responses: ResponsesRequestDto,
  compact: CompactRequestDto,
  messages: MessagesRequestDto,
  countTokens: CountTokensRequestDto,
  embeddings: EmbeddingsRequestDto,
  moderations: ModerationsRequestDto,
};

const limits: readonly RequestLimit[] = Object.values(BODY_LIMITS);

/** Returns a body with one list of seven entries at a path such as `input[].tools[].tools`. */
function bodyWith(path: string): object {
  const steps = path.split('[].').toReversed();
  let list: unknown[] = Array.from({ length: 7 }, () => 'a');
  for (const step of steps.slice(0, -1)) list = [{ [step]: list }];
  return { [steps.at(-1)!]: list };
}

describe('the table of limits', () => {
  it('is in docs/request-limits.md (npm run docs:limits)', () => {
    const page = readFileSync('docs/request-limits.md', 'utf8');
    expect(page).toBe(withLimitsTable(page));
  });

  it('is in the description of the API', () => {
    const chat = requestSchema(ChatRequestDto);
    expect(chat).toMatchObject({
      maxProperties: 256,
      properties: {
        messages: { type: 'array', minItems: 1, maxItems: 100_000 },
        tools: { maxItems: 10_000 },
        metadata: { maxProperties: 16, propertyNames: { maxLength: 64 } },
        stop: { maxItems: 2_500 },
        n: { minimum: 1, maximum: 16 },
      },
    });
    expect(requestSchema(ResponsesRequestDto)).toMatchObject({ properties: { input: { maxItems: 100_000 } } });
    expect(requestSchema(EmbeddingsRequestDto)).toMatchObject({ properties: { input: { maxItems: 2_048 } } });
  });

  it.each(Object.entries(DTOS))('applies to the bodies of %s', (api, dto) => {
    expect((dto as { limitsOf?: LimitedApi }).limitsOf).toBe(api);
  });

  const nested = limits.flatMap(({ paths }) =>
    Object.entries(paths).flatMap(([api, ofApi]) =>
      ofApi.filter((path) => path.includes('[]')).map((path) => [api as LimitedApi, path] as const),
    ),
  );
  it.each(nested)('is checked quickly for %s at %s', (api, path) => {
    expect(nestedEntries(api, bodyWith(path))).toBeGreaterThanOrEqual(7);
  });
});

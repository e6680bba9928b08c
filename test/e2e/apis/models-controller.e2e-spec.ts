import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ArgumentsHost, Catch, type ExceptionFilter, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { GatewayConfig } from '../../../src/config/gateway-config.ts';
import { GatewayError } from '../../../src/errors/errors.ts';
import { ModelRegistryService } from '../../../src/models/model-registry.service.ts';
import { ModelsController } from '../../../src/api/models/models.controller.ts';
import type { Caller } from '../../../src/request/caller.ts';

/** The fields that the assertions read. */
interface Body {
  id: string;
  object: string;
  first_id: string;
  last_id: string;
  data: { id: string }[];
}

/** A minimal error filter that sets the status. */
@Catch(GatewayError)
class StatusFilter implements ExceptionFilter {
  catch(error: GatewayError, host: ArgumentsHost): void {
    host.switchToHttp().getResponse().status(error.status).json({ code: error.code });
  }
}

const ARN = 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2';

describe('GET /v1/models', () => {
  let application: INestApplication;
  let url: string;
  let caller: Caller | undefined;

  beforeAll(async () => {
    // Without a clock provider, the registry uses the system clock.
    const config = new GatewayConfig();
    Object.assign(config.bedrock, { region: 'eu-west-1', accountId: '123456789012' });
    const module = await Test.createTestingModule({
      controllers: [ModelsController],
      providers: [ModelRegistryService, { provide: GatewayConfig, useValue: config }],
    }).compile();
    application = module.createNestApplication();
    application.use((request: { context: unknown }, _response: unknown, next: () => void) => {
      request.context = { caller };
      next();
    });
    application.useGlobalFilters(new StatusFilter());
    await application.listen(0, '127.0.0.1');
    url = `${await application.getUrl()}/v1/models`;
  });

  afterAll(() => application.close());

  async function get(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: Body }> {
    const response = await fetch(`${url}${path}`, { headers });
    const body: Body = JSON.parse(await response.text());
    return { status: response.status, body };
  }

  it("lists in OpenAI's format, whatever the query", async () => {
    const { body } = await get('?limit=1');
    expect(body.object).toBe('list');
    expect(body.data.length).toBeGreaterThan(50);
    expect(body.data).toContainEqual(expect.objectContaining({ id: 'claude-opus-5-5', owned_by: 'anthropic' }));
  });

  it("lists in Anthropic's format, in pages", async () => {
    const first = await get('?limit=1', { 'anthropic-version': '2023-06-01' });
    expect(first.body).toMatchObject({ has_more: true, data: [{ type: 'model', display_name: expect.any(String) }] });
    const second = await get(`?limit=1&after_id=${first.body.last_id}`, { 'anthropic-version': '2023-06-01' });
    expect(second.body.first_id).not.toBe(first.body.first_id);
  });

  it("lists the models that the models may use's key", async () => {
    caller = { name: 'key', id: 'key', models: ['nova-micro'] };
    const { body } = await get('');
    const refused = await get('/claude-opus-5');
    caller = undefined;
    expect(body.data.map(({ id }) => id)).toEqual(['nova-micro']);
    expect(refused).toEqual({ status: 404, body: { code: 'model_not_found' } });
  });

  it.each([
    ['/claude-opus-5', 'claude-opus-5'],
    ['/anthropic.claude-v2:1', 'anthropic.claude-v2:1'],
    ['/anthropic.claude-v2%3A1', 'anthropic.claude-v2:1'],
    [`/${ARN}`, ARN],
    [`/${encodeURIComponent(ARN)}`, ARN],
  ])('retrieves %s', async (path, id) => {
    const { status, body } = await get(path);
    expect([status, body.id, body.object]).toEqual([200, id, 'model']);
  });

  it("retrieves a model a model in Anthropic's format", async () => {
    const { body } = await get('/claude-opus-5', { 'anthropic-version': '2026-10-21' });
    expect(body).toMatchObject({ type: 'model', id: 'claude-opus-5', display_name: 'Claude Opus 5' });
  });

  it('returns 404 for unknown models', async () => {
    expect(await get('/gpt-4o')).toEqual({ status: 404, body: { code: 'model_not_found' } });
    expect((await get('/a/b/c')).status).toBe(404);
  });
});

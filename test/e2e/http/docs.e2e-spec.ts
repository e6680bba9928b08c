import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { OPERATIONS } from '../../../src/api/docs/document/operations.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';

type Json = Record<string, unknown>;
interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  parameters: { name: string; in: string; required: boolean }[];
  security: Json[];
  requestBody?: { content: Record<string, { schema: Json; example?: Json }> };
  responses: Record<string, { content: Record<string, { schema: Json }> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties: Record<string, Json>; required: string[] }> };
}

/** Without the check of the event loop: /health is 503 on a machine that is busy with other tests. */
const SETTINGS = `
overload: {maxEventLoopDelayMs: 0}
responses: {store: memory}
guardrail: {id: "arn:aws:bedrock:us-east-1:000000000000:guardrail/gr1", version: "2"}
`;
let folder: string;
let gateway: TestGateway;
let document: Document;
let responseId: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outcrop-api-'));
  // The usage of a caller needs a ledger.
  gateway = await startGateway(`${SETTINGS}database: {url: 'sqlite:${join(folder, 'api.db')}'}`);
  document = (await (await gateway.send('/openapi.json')).json()) as Document;
  const kept = { model: 'claude-haiku-4-5', input: 'Hello', store: true };
  const response = await gateway.send('/v1/responses', { body: kept });
  responseId = ((await response.json()) as { id: string }).id;
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

/** Returns every documented operation with its name, such as `POST /v1/chat/completions`. */
function operations(): [name: string, operation: Operation][] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
}

/** Replaces path parameters with those of an existing resource. */
function pathTo(path: string): string {
  return path.replace('{id}', path.startsWith('/v1/responses') ? responseId : 'claude-sonnet-4-6');
}

/** Returns every registered Express route in OpenAPI's notation. */
function routes(): string[] {
  const application = gateway.app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } };
  return application.router.stack.flatMap(({ route }) =>
    route === undefined
      ? []
      : Object.keys(route.methods).map(
          (method) => `${method.toUpperCase()} ${route.path.replaceAll(/[:*](\w+)/g, '{$1}')}`,
        ),
  );
}
interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

/** Validates a value against a schema of the document, with references resolved. */
function validatorOf(schema: Json) {
  const ajv = new Ajv2020({ strict: false });
  return ajv.compile({ ...schema, components: document.components });
}

describe('/openapi.json', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document) as unknown as Json);
    expect([valid, errors]).toEqual([true, undefined]);
    expect(document.openapi).toBe('3.1.0');
  });

  it('contains exactly the registered routes', () => {
    expect(
      operations()
        .map(([name]) => name)
        .sort(),
    ).toEqual(routes().sort());
  });

  it('has a note for every route, and no unused note', () => {
    expect(Object.keys(OPERATIONS).sort()).toEqual(routes().sort());
    expect(operations().filter(([, { summary }]) => !summary)).toEqual([]);
  });

  it("documents path parameters and the headers that Anthropic's clients send", () => {
    for (const [name, { parameters }] of operations()) {
      const inPath = parameters.filter((parameter) => parameter.in === 'path' && parameter.required);
      const places = [...name.matchAll(/\{(\w+)\}/g)].map(([, place]) => place);
      expect([name, inPath.map((parameter) => parameter.name)]).toEqual([name, places]);
    }
    const { parameters } = document.paths['/v1/models']!['get']!;
    expect(parameters.map((parameter) => parameter.name)).toEqual([
      'anthropic-version',
      'limit',
      'after_id',
      'before_id',
    ]);
  });

  it('has no dangling references, and unique operation ids', () => {
    const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name!);
    expect(names.filter((name) => !(name in document.components.schemas))).toEqual([]);
    const ids = operations().map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('takes ranges, types and required fields from the DTO, and their effects from the parameter table', () => {
    const { properties, required } = document.components.schemas['ChatRequestDto']!;
    expect(required).toEqual(['messages']);
    expect(properties['model']).toMatchObject({ type: ['string', 'null'], minLength: 1 });
    expect(properties['temperature']).toMatchObject({ type: ['number', 'null'], minimum: 0, maximum: 2 });
    expect(properties['messages']).toMatchObject({ type: 'array', minItems: 1 });
    expect(properties['reasoning_effort']!['enum']).toContain('xhigh');
    expect(properties['stop']!['description']).toMatch(/\((honored|emulated|adjusted)\)$/);
    expect(properties['audio']).toBeUndefined();
  });

  it('has an example for every request body that matches its schema and that the gateway accepts', async () => {
    const withBody = operations().filter(([, { requestBody }]) => requestBody !== undefined);
    expect(withBody.length).toBeGreaterThan(1);
    for (const [name, operation] of withBody) {
      const { schema, example } = operation.requestBody!.content['application/json']!;
      expect([name, example]).toEqual([name, expect.any(Object)]);
      expect([name, validatorOf(schema)(example)]).toEqual([name, true]);
      const [method, path] = name.split(' ') as [string, string];
      const answer = await gateway.send(pathTo(path), { method, body: example });
      expect([name, answer.status]).toEqual([name, 200]);
      await expectDocumented(operation, 200, answer);
    }
  });

  it('describes every body format that chat accepts', async () => {
    const { post } = document.paths['/v1/chat/completions']!;
    const fits = validatorOf(post!.requestBody!.content['application/json']!.schema);
    const model = 'claude-sonnet-4-5';
    const messages = [{ role: 'user', content: 'Hi.' }];
    const bodies = [
      { model, messages, tools: [{ name: 'look', input_schema: { type: 'object' } }], system: 'Be brief.' },
      { model, messages, tools: [{ type: 'function', name: 'look', parameters: { type: 'object' } }] },
      { model, input: 'Hi.', instructions: 'Be brief.' },
    ];
    for (const body of bodies) {
      const answer = await gateway.send('/v1/chat/completions', { body });
      expect([fits(body), answer.status]).toEqual([true, 200]);
      await expectDocumented(post!, 200, answer);
    }
    expect(fits({ model })).toBe(false);
  });

  it('lists only aliases that answer', async () => {
    const aliases = operations().flatMap(([name, { description = '' }]) =>
      [...description.matchAll(/`(\/(?:openai|anthropic)\/\S+)`/g)].map(([, alias]) => ({ name, alias: alias! })),
    );
    expect(aliases.map(({ alias }) => alias)).toEqual(
      expect.arrayContaining([
        '/openai/v1/chat/completions',
        '/openai/chat/completions',
        '/openai/deployments/{model}/chat/completions',
        '/anthropic/v1/messages',
      ]),
    );
    for (const { name, alias } of aliases) {
      const [method, path] = name.split(' ') as [string, string];
      if (path.includes('{id}') && method !== 'GET') continue;
      const { requestBody } = document.paths[path]![method.toLowerCase()]!;
      const body = requestBody?.content['application/json']!.example;
      const id = path.startsWith('/v1/responses') ? responseId : 'claude-sonnet-4-6';
      const model = typeof body?.['model'] === 'string' ? body['model'] : 'claude-sonnet-4-6';
      const at = alias.replace('{model}', model).replace('{id}', id);
      const answer = await gateway.send(at, { method, body });
      expect([alias, answer.status]).toEqual([alias, 200]);
    }
  });

  it('describes the response of every GET', async () => {
    for (const [name, operation] of operations()) {
      if (!name.startsWith('GET ') || name.includes('{file}')) continue;
      const answer = await gateway.send(pathTo(name.slice(4)));
      await expectDocumented(operation, 200, answer);
    }
  });

  it('describes the error format of each API in its own terms', async () => {
    const { post } = document.paths['/v1/chat/completions']!;
    await expectDocumented(post!, 400, await gateway.send('/v1/chat/completions', { body: {} }));
    await expectDocumented(post!, 401, await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST' }));
    const unknown = { model: 'claude-none', messages: [{ role: 'user', content: 'Hello' }] };
    await expectDocumented(post!, 404, await gateway.send('/v1/chat/completions', { body: unknown }));
  });

  it('marks the routes that require a key, and those routes do', async () => {
    for (const [name, { security, responses }] of operations()) {
      const [method, path] = name.split(' ') as [string, string];
      const { status } = await fetch(gateway.url + path.replaceAll(/[{}]/g, ''), { method });
      // AWS's clients expect status 403 for an invalid key.
      const refusal = '401' in responses ? 401 : 403;
      if (security.length === 0) expect([name, status]).not.toEqual([name, refusal]);
      else expect([name, status]).toEqual([name, refusal]);
    }
  });

  async function expectDocumented(operation: Operation, status: number, answer: Response): Promise<void> {
    expect([operation.operationId, answer.status]).toEqual([operation.operationId, status]);
    const type = answer.headers.get('content-type')!.split(';')[0]!;
    const documented = operation.responses[status]?.content[type];
    expect([operation.operationId, documented]).toEqual([operation.operationId, expect.any(Object)]);
    if (type !== 'application/json') return;
    const validate = validatorOf(documented!.schema);
    validate(await answer.json());
    expect([operation.operationId, validate.errors]).toEqual([operation.operationId, null]);
  }
});

describe('/docs', () => {
  it('loads nothing from other origins and has no inline scripts', async () => {
    const page = await fetch(`${gateway.url}/docs`);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:/);
    const html = await page.text();
    expect(html).not.toMatch(/https?:\/\/|<script>|<style|\son\w+=/);
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
    expect(files).toHaveLength(3);
    for (const file of files) {
      const answer = await fetch(gateway.url + file);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        expect.stringMatching(/^text\/(css|javascript)/),
      ]);
      expect((await answer.text()).length).toBeGreaterThan(500);
    }
  });

  it.each(['package.json', '..%2Fpackage.json', '__proto__', 'swagger-ui.js'])('does not serve %s', async (file) => {
    expect((await fetch(`${gateway.url}/docs/${file}`)).status).toBe(404);
  });

  it('is not served if it is disabled, and the document is served without a key if it is public', async () => {
    const off = await startGateway('docs: {enabled: false}');
    for (const path of ['/docs', '/openapi.json', '/docs/page.js']) {
      const answer = await off.send(path);
      expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 'unknown_url' } }]);
    }
    const open = await startGateway('docs: { requireKey: false }');
    expect((await fetch(`${open.url}/openapi.json`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/openapi.json`)).status).toBe(401);
  });
});

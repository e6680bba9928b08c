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

const SETTINGS = `
responses: {store: memory}
guardrail: {id: "arn:aws:bedrock:us-east-1:000000000000:guardrail/gr1", version: "2"}
`;
let gateway: TestGateway;
let document: Document;
let responseId: string;
beforeAll(async () => {
  gateway = await startGateway(SETTINGS);
  document = (await (await gateway.send('/openapi.json')).json()) as Document;
  const kept = { model: 'claude-haiku-4-5', input: 'Hello', store: true };
  const response = await gateway.send('/v1/responses', { body: kept });
  responseId = ((await response.json()) as { id: string }).id;
});
afterAll(() => gateway.close());

/** `POST /v1/chat/completions` and what is said about it, for every operation. */
function operations(): [name: string, operation: Operation][] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
}

/** A path to something that is there. */
function pathTo(path: string): string {
  return path.replace('{id}', path.startsWith('/v1/responses') ? responseId : 'claude-sonnet-4-6');
}

/** Every route that Express was given, as OpenAPI writes it. */
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

/** Validates against a schema of the document, references included. */
function validatorOf(schema: Json) {
  const ajv = new Ajv2020({ strict: false });
  return ajv.compile({ ...schema, components: document.components });
}

describe('/openapi.json', () => {
  it('is a valid document of OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document) as unknown as Json);
    expect([valid, errors]).toEqual([true, undefined]);
    expect(document.openapi).toBe('3.1.0');
  });

  it('has every route there is and no other', () => {
    expect(
      operations()
        .map(([name]) => name)
        .sort(),
    ).toEqual(routes().sort());
  });

  it('has a note for every route, and no note is left over', () => {
    expect(Object.keys(OPERATIONS).sort()).toEqual(routes().sort());
    expect(operations().filter(([, { summary }]) => !summary)).toEqual([]);
  });

  it('names what stands in paths, and what Anthropic clients send along', () => {
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

  it('refers to nothing that is not there, and names each operation once', () => {
    const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name!);
    expect(names.filter((name) => !(name in document.components.schemas))).toEqual([]);
    const ids = operations().map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('takes ranges, kinds and necessity of fields from the DTO, and what becomes of them from the table', () => {
    const { properties, required } = document.components.schemas['ChatRequestDto']!;
    expect(required).toEqual(['messages']);
    expect(properties['model']).toMatchObject({ type: ['string', 'null'], minLength: 1 });
    expect(properties['temperature']).toMatchObject({ type: ['number', 'null'], minimum: 0, maximum: 2 });
    expect(properties['messages']).toMatchObject({ type: 'array', minItems: 1 });
    expect(properties['reasoning_effort']!['enum']).toContain('xhigh');
    expect(properties['stop']!['description']).toMatch(/\((honored|emulated|adjusted)\)$/);
    expect(properties['audio']).toBeUndefined();
  });

  it('has an example for every request body, which fits its schema and which the gateway takes', async () => {
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

  it('describes every form of a body that chat takes', async () => {
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

  it('names aliases that answer', async () => {
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

  it('tells the form of every answer to a GET', async () => {
    for (const [name, operation] of operations()) {
      if (!name.startsWith('GET ') || name.includes('{file}')) continue;
      const answer = await gateway.send(pathTo(name.slice(4)));
      await expectDocumented(operation, 200, answer);
    }
  });

  it('tells the form of errors, in the words of the API', async () => {
    const { post } = document.paths['/v1/chat/completions']!;
    await expectDocumented(post!, 400, await gateway.send('/v1/chat/completions', { body: {} }));
    await expectDocumented(post!, 401, await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST' }));
    const unknown = { model: 'claude-none', messages: [{ role: 'user', content: 'Hello' }] };
    await expectDocumented(post!, 404, await gateway.send('/v1/chat/completions', { body: unknown }));
  });

  it('says which routes want a key, and those do', async () => {
    for (const [name, { security, responses }] of operations()) {
      const [method, path] = name.split(' ') as [string, string];
      const { status } = await fetch(gateway.url + path.replaceAll(/[{}]/g, ''), { method });
      // AWS's clients know a wrong key by 403.
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
  it('works without anything from elsewhere and without inline scripts', async () => {
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

  it.each(['package.json', '..%2Fpackage.json', '__proto__', 'swagger-ui.js'])('has no file %s', async (file) => {
    expect((await fetch(`${gateway.url}/docs/${file}`)).status).toBe(404);
  });

  it('is not there where it is off, and the document open where it is public', async () => {
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

/** Loaded with the first request for the document: @nestjs/swagger would cost every start 100 ms and memory. */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ADMIN_OPERATIONS } from './admin-operations.ts';
import { adminSchemas } from './admin-schemas.ts';
import { RESPONSE_SCHEMAS } from './answer-schemas.ts';
import { errorResponses, ERROR_SCHEMAS } from './errors.ts';
import { HEADER_COMPONENTS, requestHeaderParameters, responseHeaders } from './headers.ts';
import { type OperationDescription, OPERATIONS } from './operations.ts';
import { requestSchema } from './bodies/request-schema.ts';
import { type RouteInfo, listRoutes } from './routes.ts';
import { DOCUMENT_TAGS, inTagOrder, tagOf } from './tags.ts';
import type { OpenApiSchema } from './bodies/schema.ts';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Parameters = NonNullable<Operation['parameters']>;
type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/**
 * Builds the OpenAPI 3.1 document of all routes: paths from the controllers, bodies from their DTOs, everything else from
 * `OPERATIONS`.
 */
export function buildOpenApiDocument(app: INestApplication, version: string): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, documentBase(version));
  const schemas: Schemas = { ...RESPONSE_SCHEMAS, ...ERROR_SCHEMAS };
  const routes = listRoutes(app);
  let ofAdministration: ReturnType<typeof adminSchemas> | undefined;
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations as Record<string, Operation>)) {
      // `HealthController_live[0]` is the first of several paths.
      const handler = (operation.operationId ?? '').replace(/\[\d+\]$/, '');
      const route = routes.get(handler);
      if (!route) throw new Error(`no controller has ${handler}`);
      const name = `${method.toUpperCase()} ${path}`;
      const note = OPERATIONS[name] ?? ADMIN_OPERATIONS[name];
      if (path.startsWith('/admin/')) Object.assign(schemas, (ofAdministration ??= adminSchemas()));
      // If several routes share a DTO, the one with a parameter table has the most complete schema.
      if (route.body && (note?.parameters || !schemas[route.body.name])) {
        schemas[route.body.name] = requestSchema(route.body, note?.parameters);
      }
      operation.operationId = operationId(method, path);
      operation.tags = [tagOf(path)];
      complete(operation, { method, path }, route, note);
    }
  }
  const paths = inTagOrder(document.paths);
  const headers = HEADER_COMPONENTS as NonNullable<OpenAPIObject['components']>['headers'];
  return { ...document, paths, tags: DOCUMENT_TAGS, components: { ...document.components, schemas, headers } };
}

function documentBase(version: string) {
  return new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Outcrop')
    .setDescription(
      'AWS Bedrock behind the APIs of OpenAI, Anthropic and AWS. Other methods on a path get 405 with `Allow`. ' +
        '`/openai/v1`, `/openai` and `/openai/deployments/{model}` (the paths of Azure) and `/anthropic/v1` are aliases of ' +
        '`/v1`; each operation lists its own.',
    )
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'bearer')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'x-api-key' }, 'x-api-key')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'api-key' }, 'api-key')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'x-outcrop-api-key' }, 'x-outcrop-api-key')
    .build();
}

const KEYS: Record<string, string[]>[] = [
  { bearer: [] },
  { 'x-api-key': [] },
  { 'api-key': [] },
  { 'x-outcrop-api-key': [] },
];

function complete(
  operation: Operation,
  { method, path }: { method: string; path: string },
  route: RouteInfo,
  note: OperationDescription | undefined,
): void {
  if (note) operation.summary = note.summary;
  const description = [note?.description, aliasText(path, operation)].filter(Boolean).join('\n\n');
  if (description !== '') operation.description = description;
  operation.security = securityOf(route);
  operation.parameters = parametersOf(operation, path, note);
  if (note) completeBody(operation, note);
  const traits = {
    path,
    isPublic: route.access === 'open',
    hasBody: operation.requestBody !== undefined,
    isChange: method !== 'get' && method !== 'head',
    isForAnthropic: operation.parameters.some(
      (parameter) => 'name' in parameter && parameter.name === 'anthropic-version',
    ),
  };
  operation.parameters.push(...(requestHeaderParameters(traits) as Parameters));
  operation.responses = {
    ...errorResponses(traits),
    200: { description: 'The answer.', headers: responseHeaders(traits, 200), content: contentOf(note) },
    ...(note?.also && { [note.also[0]]: { description: note.also[1], content: contentOf(note) } }),
  } as Operation['responses'];
}

function completeBody(operation: Operation, { body: schema, example, otherBodies }: OperationDescription): void {
  // Operations whose bodies pass unmodified have no DTO.
  if (example || schema) {
    operation.requestBody ??= { required: true, content: { 'application/json': { schema: { type: 'object' } } } };
  }
  const content = operation.requestBody && 'content' in operation.requestBody && operation.requestBody.content;
  const body = content && content['application/json'];
  if (!body) return;
  if (example) body.example = example;
  if (schema) body.schema = referenceTo(schema);
  if (otherBodies) body.schema = { anyOf: [body.schema, ...otherBodies.map(referenceTo)] } as typeof body.schema;
}

function referenceTo(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** Describes the aliases of a path (`http/routes/path-aliases.ts`). */
function aliasText(path: string, { requestBody }: Operation): string | undefined {
  if (!path.startsWith('/v1/')) return undefined;
  const endpoint = path.slice('/v1/'.length);
  if (endpoint.startsWith('messages')) return `Alias: \`/anthropic/v1/${endpoint}\`.`;
  const aliases = [`\`/openai/v1/${endpoint}\``, `\`/openai/${endpoint}\` with \`api-version\``];
  // Only requests with a body can have their model in the path.
  if (requestBody !== undefined)
    aliases.push(`\`/openai/deployments/{model}/${endpoint}\`, where the path names the model`);
  return `Azure's aliases: ${aliases.join('; ')}.`;
}

/** Returns the parameters of an operation. Those in the path are required; headers and query parameters are optional. */
function parametersOf(
  { parameters = [] }: Operation,
  path: string,
  note: OperationDescription | undefined,
): Parameters {
  const named = parameters.filter((parameter) => 'in' in parameter && parameter.in !== 'path' && parameter.name);
  const optional = (name: string, schema: OpenApiSchema) => ({ name, in: 'query' as const, required: false, schema });
  return [
    ...named.map((parameter) => ({ ...parameter, required: false })),
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name: name!,
      in: 'path' as const,
      required: true,
      schema: { type: 'string' },
    })),
    ...Object.entries(note?.query ?? {}).map(([name, schema]) => optional(name, schema)),
  ];
}

function securityOf({ access }: RouteInfo): Record<string, string[]>[] {
  switch (access) {
    case 'open':
      return [];
    case 'closed':
      return KEYS;
    case 'by the settings':
      return [...KEYS, {}];
    default:
      return access satisfies never;
  }
}

function contentOf(note: OperationDescription | undefined): object {
  const { answer, stream } = note ?? { answer: 'Any' };
  if (answer.includes('/')) return { [answer]: { schema: { type: 'string' } } };
  return {
    'application/json': { schema: { $ref: `#/components/schemas/${answer}` } },
    // Without a type, because the schema describes the whole text, but tools would validate each event.
    ...(stream && { [stream]: { schema: { description: 'With `stream: true`: server-sent events.' } } }),
  };
}

/** Returns the operation id, e.g. `postV1ChatCompletions`. */
function operationId(method: string, path: string): string {
  return method + path.replaceAll(/[^a-zA-Z0-9]+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? '');
}

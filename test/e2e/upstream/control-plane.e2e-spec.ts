import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GatewayConfig } from '../../../src/config/gateway-config.ts';
import { AwsSessions } from '../../../src/bedrock/sessions/aws-sessions.ts';
import { ControlPlaneClient } from '../../../src/bedrock/control-plane/control-plane.ts';

const profile = (id: string) => ({ inferenceProfileId: id, inferenceProfileArn: `arn:${id}`, status: 'ACTIVE' });

describe('control plane calls', () => {
  let server: Server;
  let sessions: AwsSessions;
  let received: IncomingMessage[];
  let answer: (url: URL) => { status?: number; body: unknown };
  const list = () => new ControlPlaneClient(sessions).list('us-east-1', new AbortController().signal);

  beforeAll(async () => {
    process.env['AWS_ACCESS_KEY_ID'] = process.env['AWS_SECRET_ACCESS_KEY'] = 'emulator';
    server = createServer((request, response) => {
      received.push(request);
      const { status = 200, body } = answer(new URL(request.url!, 'http://localhost'));
      response.writeHead(status, { 'x-amzn-errortype': 'AccessDeniedException' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    }).listen(0);
    const config = new GatewayConfig();
    config.bedrock.controlPlaneEndpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    sessions = new AwsSessions(config);
  });
  beforeEach(() => {
    received = [];
  });
  afterAll(async () => {
    await sessions.onApplicationShutdown();
    server.close();
  });

  it('request every page', async () => {
    answer = ({ pathname, searchParams }) => {
      if (pathname === '/foundation-models') return { body: { modelSummaries: [] } };
      const page = Number(searchParams.get('nextToken') ?? 0);
      const more = page < 2 && { nextToken: String(page + 1) };
      return { body: { inferenceProfileSummaries: [profile(`${searchParams.get('type')}-${page}`)], ...more } };
    };
    const { profiles } = await list();
    expect(profiles.map(({ kind, id }) => [kind, id])).toEqual([
      ...[0, 1, 2].map((page) => ['system', `SYSTEM_DEFINED-${page}`]),
      ...[0, 1, 2].map((page) => ['application', `APPLICATION-${page}`]),
    ]);
    expect(received).toHaveLength(7);
    expect(received.every(({ headers }) => headers.authorization?.includes('/us-east-1/bedrock/aws4_request'))).toBe(
      true,
    );
  });

  it('stop at the maximum number of pages', async () => {
    answer = ({ pathname }) =>
      pathname === '/foundation-models'
        ? { body: { modelSummaries: [] } }
        : { body: { inferenceProfileSummaries: [], nextToken: 'more' } };
    await expect(list()).rejects.toMatchObject({ code: 'upstream_invalid_answer' });
    expect(received.length).toBeLessThan(250);
  });

  it.each([
    ['no JSON', { body: '<html>' }, 'upstream_invalid_answer'],
    ['another answer', { body: { models: [] } }, 'upstream_invalid_answer'],
    ['a refusal', { status: 403, body: { message: 'not you' } }, 'model_access_denied'],
    ['an rejection without a message', { status: 503, body: '' }, 'model_access_denied'],
  ])('rejects return %s', async (_, given, code) => {
    answer = () => given;
    await expect(list()).rejects.toMatchObject({ code });
  });
});

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { selfSigned } from '../../support/certificate.ts';
import { freePort } from '../../support/free-port.ts';
import { PDF, png } from '../../support/media-files.ts';
import { cardOf } from '../../support/model-cards.ts';
import { GatewayConfig, type MediaFetchConfig } from '../../../src/config/gateway-config.ts';
import { chatDialect } from '../../../src/translation/openai-chat/chat-dialect.ts';
import { ThinkingStore } from '../../../src/shared-state/thinking/thinking-store.ts';
import { OutputDefault } from '../../../src/routing/quotas/estimates/output-default.ts';
import { QuotaRules } from '../../../src/routing/quotas/quota-rules.ts';
import { TranslationService } from '../../../src/translation/translation.service.ts';
import { isPublicAddress } from '../../../src/media/addresses.ts';
import type { NetworkPolicy } from '../../../src/media/network-policy.ts';
import { RemoteMediaService } from '../../../src/media/remote-media.service.ts';
import { CancelSource } from '../../../src/request/cancel-signal.ts';

/** Starts a TLS server on loopback, which the address filter of this test allows as public. */

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const { key, cert } = selfSigned('images.test', 'cdn.test');
const seen: string[] = [];
let answers: Record<string, Answer> = {};
let server: Server;
let port: number;
let closed = 0;
const services: RemoteMediaService[] = [];

beforeAll(async () => {
  server = createServer({ key, cert }, (request, response) => {
    seen.push(`${request.headers.host?.split(':')[0]}${request.url}`);
    response.once('close', () => (closed += 1));
    const answer = answers[request.url ?? ''];
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.onApplicationShutdown()));
  seen.length = 0;
  answers = {};
});

const ADDRESSES: Record<string, string> = {
  'images.test': '127.0.0.1',
  'cdn.test': '127.0.0.1',
  'inner.test': '10.0.0.1',
};

function serviceWith(
  settings: Partial<MediaFetchConfig> = {},
  changes: Partial<NetworkPolicy> = {},
): RemoteMediaService {
  const config = new GatewayConfig();
  Object.assign(config.media.fetch, { enabled: true, ...settings });
  const outside: NetworkPolicy = {
    addressesOf: async (hostname) => {
      const address = ADDRESSES[hostname];
      if (address === undefined) throw new Error(`ENOTFOUND ${hostname}`);
      return [{ address, family: 4 }];
    },
    isPublic: (address) => address === '127.0.0.1' || isPublicAddress(address),
    port,
    authority: cert,
    ...changes,
  };
  const service = new RemoteMediaService(config, outside);
  services.push(service);
  return service;
}

const at = (path: string, host = 'images.test') => `https://${host}:${port}${path}`;
const MAX_BYTES = 100_000;
const named = (...urls: string[]) => urls.map((url, index) => ({ url, param: `p[${index}]`, maxBytes: MAX_BYTES }));
const never = new AbortController().signal;
const refused = (message: string, param: unknown = 'p[0]') =>
  expect.objectContaining({
    status: 400,
    code: 'invalid_image_url',
    param,
    message: expect.stringContaining(message),
  });
const send =
  (body: Buffer, headers = {}): Answer =>
  (_request, response) =>
    response.writeHead(200, headers).end(body);
const redirect =
  (location: string, status = 302): Answer =>
  (_request, response) =>
    response.writeHead(status, { location }).end('moved');

describe('a remote URL in a request', () => {
  it('is fetched once, and sent as base64', async () => {
    answers = { '/a': send(png()), '/b': send(png({ width: 2 })) };
    const urls = [at('/a'), at('/b', 'cdn.test'), at('/a')];
    const fetched = await serviceWith().fetchAll(named(...urls), never);
    expect(fetched).toEqual(
      new Map([
        [at('/a'), png().toString('base64')],
        [at('/b', 'cdn.test'), png({ width: 2 }).toString('base64')],
      ]),
    );
    expect(seen.toSorted()).toEqual(['cdn.test/b', 'images.test/a']);
  });

  it('is fetched without information about the client', async () => {
    let headers: IncomingMessage['headers'] = {};
    answers = { '/a': (request, response) => ((headers = request.headers), response.end(png())) };
    await serviceWith().fetchAll(named(at('/a')), never);
    expect(Object.keys(headers).toSorted()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
  });

  it('is followed through three redirects at most', async () => {
    answers = {
      '/1': redirect('/2', 301),
      '/2': redirect(at('/3', 'cdn.test'), 307),
      '/3': redirect('4', 308),
      '/4': send(png()),
      '/0': redirect('/1', 303),
    };
    const fetched = await serviceWith().fetchAll(named(at('/1')), never);
    expect([...fetched.values()]).toEqual([png().toString('base64')]);
    await expect(serviceWith().fetchAll(named(at('/0')), never)).rejects.toEqual(refused('more than 3 times'));
  });

  it.each<[string, string, Answer]>([
    ['a loop', 'more than 3 times', redirect('/a')],
    [
      'a private host name',
      'cannot be reached',
      (_request, response) => redirect(at('/', 'inner.test'))(_request, response),
    ],
    [
      'a private address',
      'cannot be reached',
      (_request, response) => redirect(at('/', '10.0.0.1'))(_request, response),
    ],
    ['metadata', 'cannot be reached', (_request, response) => redirect(at('/', '169.254.169.254'))(_request, response)],
    ['http', 'only https', redirect('http://images.test/b')],
    ['a file', 'only https', redirect('file:///etc/passwd')],
    ['another port', 'only port', redirect('https://images.test:1/')],
    [
      'credentials',
      'credentials',
      (_request, response) => redirect(`https://a:b@images.test:${port}/`)(_request, response),
    ],
    ['nowhere', 'without a location', (_request, response) => response.writeHead(302).end()],
  ])('is not followed to %s', async (_what, message, answer) => {
    answers = { '/a': answer };
    await expect(serviceWith().fetchAll(named(at('/a')), never)).rejects.toEqual(refused(message));
  });

  it.each([
    ['off', { enabled: false }, '/a', 'media.fetch.enabled is false'],
    ['a host that is not on the list', { hosts: ['other.test'] }, '/a', 'not listed in media.fetch.hosts'],
    ['missing', {}, '/none', 'answered 404'],
    ['too large by its content-length', {}, '/large', 'larger than 100000 bytes'],
    ['too large without a content-length', {}, '/endless', 'larger than 100000 bytes'],
    ['too large in total', { maxTotalBytes: 1_024 }, '/some', 'exceed 1024 bytes'],
    ['slow to respond', { timeoutMs: 100 }, '/silent', 'cannot be reached'],
    ['slow to complete', { timeoutMs: 1_000 }, '/drip', 'took too long'],
    ['cut off', {}, '/cut', 'cannot be reached'],
  ])('is rejected if it is %s', async (_what, settings, path, message) => {
    answers = {
      '/a': send(png()),
      '/large': (_request, response) => response.writeHead(200, { 'content-length': '100001' }).flushHeaders(),
      '/endless': (_request, response) => {
        const more = (): unknown => !response.destroyed && response.write(Buffer.alloc(16_384), more);
        more();
      },
      '/some': send(Buffer.alloc(2_000)),
      '/silent': () => undefined,
      '/drip': (_request, response) => void response.write('a'),
      '/cut': (_request, response) => void response.write('a', () => response.destroy()),
    };
    const before = closed;
    const allowed = path === '/some' ? named(at(path), at(path, 'cdn.test')) : named(at(path));
    await expect(serviceWith(settings).fetchAll(allowed, never)).rejects.toEqual(
      refused(message, expect.stringMatching(/^p/)),
    );
    // The gateway closes the connection of rejected content without reading it to the end.
    if (path === '/endless' || path === '/large') {
      // oxlint-disable-next-line no-unmodified-loop-condition -- the server counts
      for (let wait = 0; wait < 100 && closed === before; wait += 1) await sleep(10);
      expect(closed).toBe(before + 1);
    }
  });

  it('is rejected with the same message for every unreachable host', async () => {
    answers = { '/silent': () => undefined };
    const closedPort = await freePort();
    const silent = serviceWith({ timeoutMs: 100 });
    const refusing = serviceWith({}, { port: closedPort });
    const attempts: [service: RemoteMediaService, url: string][] = [
      [serviceWith(), at('/a', 'inner.test')],
      [serviceWith(), at('/a', '10.0.0.1')],
      [serviceWith(), at('/a', 'gone.test')],
      [serviceWith({}, { authority: undefined }), at('/a')],
      [refusing, `https://images.test:${closedPort}/a`],
      [silent, at('/silent')],
    ];
    const refusals = attempts.map(async ([service, url]) => {
      const startedAt = performance.now();
      const { message, code, param, status } = await service.fetchAll(named(url), never).catch((error) => error);
      // Not earlier than one step of the delay: a private address is detected at once, a silent host is not.
      expect(performance.now() - startedAt).toBeGreaterThan(200);
      return { message, code, param, status };
    });
    const [first, ...others] = await Promise.all(refusals);
    expect(first).toMatchObject({ status: 400, code: 'invalid_image_url', param: 'p[0]' });
    expect(others).toEqual(others.map(() => first));
  });

  it('is rejected if its host is private, does not exist or has an untrusted certificate', async () => {
    const untrusted = serviceWith({}, { authority: undefined });
    await expect(serviceWith().fetchAll(named(at('/a', 'inner.test')), never)).rejects.toEqual(
      refused('cannot be reached'),
    );
    await expect(serviceWith().fetchAll(named(at('/a', 'gone.test')), never)).rejects.toEqual(
      refused('cannot be reached'),
    );
    await expect(untrusted.fetchAll(named(at('/a')), never)).rejects.toEqual(refused('cannot be reached'));
    expect(seen).toEqual([]);
  });

  it('is requested at the address that was checked, although the DNS record may change', async () => {
    const minds = ['127.0.0.1', '10.0.0.1'];
    const service = serviceWith({}, { addressesOf: async () => [{ address: minds.shift()!, family: 4 }] });
    answers = { '/a': send(png()) };
    await service.fetchAll(named(at('/a')), never);
    expect(minds).toEqual(['10.0.0.1']);
  });

  it('is rejected beyond the maximum number of URLs', async () => {
    const urls = Array.from({ length: 5 }, (_, index) => at(`/${index}`));
    const service = serviceWith({ maxImages: 4 });
    await expect(service.fetchAll(named(...urls), never)).rejects.toEqual(refused('4 images by URL', 'p[4]'));
    expect(seen).toEqual([]);
  });

  it('is fetched with three others at a time, and the rest is skipped if one fails', async () => {
    let open = 0;
    let most = 0;
    const urls = Array.from({ length: 12 }, (_, index) => at(`/${index}`));
    for (const index of urls.keys()) {
      answers[`/${index}`] = (_request, response) => {
        most = Math.max(most, (open += 1));
        setTimeout(() => ((open -= 1), index === 5 ? response.writeHead(500).end() : response.end(png())), 20);
      };
    }
    await expect(serviceWith().fetchAll(named(...urls), never)).rejects.toEqual(refused('answered 500', 'p[5]'));
    expect(most).toBe(4);
    expect(seen.length).toBeLessThan(12);
  });

  it('is aborted if the client disconnects', async () => {
    answers = { '/a': () => undefined };
    const gone = new AbortController();
    const reason = new Error('gone');
    setTimeout(() => gone.abort(reason), 30);
    await expect(serviceWith().fetchAll(named(at('/a')), gone.signal)).rejects.toBe(reason);
  });
});

describe('the translation of fetched images', () => {
  const route = { requested: 'm', model: cardOf('claude-3-7-sonnet'), targets: [], thinkingByName: false };
  const call = { report: {}, signal: new CancelSource(), once: <T>(_key: string, work: () => Promise<T>) => work() };
  const translate = (url: string, service: RemoteMediaService) => {
    const content = [{ type: 'image_url' as const, image_url: { url } }];
    const request = { model: 'm', messages: [{ role: 'user' as const, content }] };
    const config = new GatewayConfig();
    const translation = new TranslationService(
      config,
      service,
      new ThinkingStore(config),
      new OutputDefault(config, new QuotaRules(config)),
    );
    return translation.prepare(chatDialect, request, { route: route, context: call });
  };

  it('detects the image type, whatever the host declares', async () => {
    answers = { '/a': send(png(), { 'content-type': 'text/html' }) };
    const { inputs } = await translate(at('/a'), serviceWith());
    const image = { format: 'png', source: { bytes: png().toString('base64') } };
    expect(inputs[0]?.messages).toEqual([{ role: 'user', content: [{ image }] }]);
  });

  it('rejects content that is not an image, whatever the host declares, with the path of the part', async () => {
    answers = { '/a': send(PDF, { 'content-type': 'image/png' }) };
    await expect(translate(at('/a'), serviceWith())).rejects.toMatchObject({
      status: 400,
      param: 'messages[0].content[0].image_url.url',
      message: 'An image must be a PNG, JPEG, GIF or WebP.',
    });
  });

  it('rejects image URLs unless the configuration allows them', async () => {
    await expect(translate(at('/a'), serviceWith({ enabled: false }))).rejects.toEqual(
      refused('media.fetch.enabled', 'messages[0].content[0].image_url.url'),
    );
    expect(seen).toEqual([]);
  });
});

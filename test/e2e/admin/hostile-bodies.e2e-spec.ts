import { gzipSync } from 'node:zlib';
import { request } from 'node:http';
import { describeSqlite } from '../../database/databases.ts';
import { KEY, type TestGateway } from '../../support/gateway.ts';
import { ADMIN_KEY, admin, startAdminGateway, within } from './admin-gateway.ts';

const MIB = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };
const nested = (levels: number): string => `{"documents":${'['.repeat(levels)}${']'.repeat(levels)}}`;
const documents = (count: number, document: string): string => `{"documents":[${`${document},`.repeat(count)}0]}`;

/** Bodies of an apply, and the answers to them. */
const BODIES: Record<string, [body: () => string | Buffer, status: number, code: string, headers?: object]> = {
  'lists nested 100,000 times': [() => nested(100_000), 400, 'json_too_deep'],
  'lists nested 1,000 times': [() => nested(1_000), 400, 'json_too_deep'],
  'objects nested 100,000 times': [() => `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 400, 'json_too_deep'],
  'text of 9 MiB': [() => `{"documents":["${'x'.repeat(9 * MIB)}"]}`, 413, 'request_too_large'],
  'text of 33 MiB': [() => `{"documents":["${'x'.repeat(33 * MIB)}"]}`, 413, 'request_too_large'],
  'a bomb of gzip': [
    () => gzipSync(Buffer.alloc(64 * MIB, '[')),
    415,
    'unsupported_media_type',
    { 'content-encoding': 'gzip' },
  ],
  '100,001 documents': [() => documents(100_000, '{"kind":"Team"}'), 400, 'array_above_max_length'],
  '100,000 documents': [() => documents(99_999, '{"kind":"Team"}'), 400, 'invalid_value'],
  'a million values': [() => documents(1_000_000, '1'), 400, 'json_too_many_values'],
  'many shapes of objects': [
    () => `{"documents":[${Array.from({ length: 60_000 }, (_, index) => `{"k${index}":0}`).join()}]}`,
    400,
    'json_too_many_shapes',
  ],
  'one document 40,000 times': [() => documents(40_000, '{"kind":"Team","name":"same"}'), 400, 'invalid_value'],
  'a document with one field 100,000 times': [
    () => `{"documents":[{"kind":"Team","name":"x","metadata":{${'"a":"b",'.repeat(100_000)}"a":"c"}}]}`,
    400,
    'json_too_many_shapes',
  ],
  'an unknown field of 1 MiB': [
    () => `{"documents":[{"kind":"Team","name":"x","${'x'.repeat(MIB)}":1}]}`,
    400,
    'invalid_value',
  ],
  'a name of 1 MiB': [() => `{"documents":[{"kind":"Team","name":"${'x'.repeat(MIB)}"}]}`, 400, 'invalid_value'],
  'a number as the body': [() => '7', 400, 'invalid_json'],
  'a list as the body': [() => '[]', 400, ''],
  'broken JSON': [() => '{"documents":[}', 400, 'invalid_json'],
  'no UTF-8': [() => Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 400, 'invalid_json'],
  'a form': [() => 'documents=x', 415, '', { 'content-type': 'application/x-www-form-urlencoded' }],
  XML: [() => '<documents/>', 415, '', { 'content-type': 'text/xml' }],
  'a prototype': [() => '{"documents":[],"__proto__":{"dryRun":true,"prune":true}}', 400, 'invalid_value'],
  'a prototype of a document': [
    () => '{"documents":[{"kind":"Team","name":"p","__proto__":{"parent":"x"}}]}',
    400,
    'invalid_value',
  ],
  'a constructor of a document': [
    () => '{"documents":[{"kind":"constructor","name":"p"},{"kind":"__proto__"}]}',
    400,
    'invalid_value',
  ],
};

describeSqlite('hostile bodies of the admin API', (test) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startAdminGateway(await test.createDatabase());
    await within(async () => (await admin(gateway, 'GET /teams')).status, 200, 20_000);
  });
  afterAll(() => gateway.close());

  /** Sends bytes. The gateway may answer before the body has been sent. */
  function send(path: string, body: string | Buffer, headers: object): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', headers: { authorization: `Bearer ${ADMIN_KEY}`, ...headers } };
      const call = request(`${gateway.url}/admin/v1${path}`, options, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode!, text }));
        response.on('error', reject);
      });
      // A connection that is closed during the upload has an answer before.
      call.on('error', (error) => setTimeout(() => reject(error), 1_000));
      call.end(body);
    });
  }

  it.each(Object.keys(BODIES))('%s: a clear answer, and other callers continue', async (name) => {
    const [make, status, code, headers = {}] = BODIES[name]!;
    const body = make();
    const results: number[] = [];
    const stop = new AbortController();
    const others = (async () => {
      while (!stop.signal.aborted) results.push((await gateway.send('/v1/models')).status);
    })();
    const answer = await send('/apply', body, { ...JSON_TYPE, ...headers }).finally(() => stop.abort());
    await others;
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(code)]);
    if (status >= 400) expect((JSON.parse(answer.text) as { error: { message: string } }).error.message).toMatch(/\w/);
    expect(new Set(results)).toEqual(new Set([200]));
    expect(Object.prototype).not.toHaveProperty('dryRun');
  });

  it('take the last of equal names, and no name of the prototype as a field', async () => {
    const answer = await send('/apply', '{"documents":[{"kind":"Team","name":"a","name":"b"}]}', JSON_TYPE);
    expect((JSON.parse(answer.text) as { create: { name: string }[] }).create).toMatchObject([{ name: 'b' }]);
    for (const field of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const put = await admin(gateway, 'PUT /teams/c', { body: `{"${field}":{"parent":"b"}}` });
      expect([field, put.status]).toEqual([field, 400]);
    }
    const metadata = await admin(gateway, 'PUT /teams/c', { body: '{"metadata":{"__proto__":"x"}}' });
    expect(metadata.status).toBeLessThan(500);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('are read of callers with a role only', async () => {
    const body = JSON.stringify({ documents: 'x'.repeat(100_000) });
    for (const key of [KEY, 'unknown']) {
      const headers = { ...JSON_TYPE, authorization: `Bearer ${key}` };
      expect((await send('/apply', body, headers)).status).toBe(key === KEY ? 403 : 401);
    }
  });

  it('of other routes have at most 1 MiB', async () => {
    const body = JSON.stringify({ name: 'x', metadata: { a: 'x'.repeat(2 * MIB) } });
    expect((await send('/keys', body, JSON_TYPE)).status).toBe(413);
  });
});

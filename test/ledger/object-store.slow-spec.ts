import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { StoredObject } from '../../src/ledger/objects/object-store.ts';
import { openObjectStore, parseObjectStoreUrl } from '../../src/ledger/objects/open-object-store.ts';
import { startObjectStorage } from '../support/object-storage.ts';

const MIB = 1_048_576;

const storage = await startObjectStorage();
async function all(objects: AsyncIterable<StoredObject>): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of objects) found.push(object);
  return found;
}

const withStorage = storage ? describe : describe.skip;
afterAll(() => storage?.stop());

describe('parseObjectStoreUrl', () => {
  it.each([
    ['s3://exports', { bucket: 'exports', prefix: '' }],
    ['s3://exports/', { bucket: 'exports', prefix: '' }],
    ['s3://my.exports-1/a/b//', { bucket: 'my.exports-1', prefix: 'a/b/' }],
    ['s3://Exports/a', undefined],
    ['s3:///a', undefined],
    ['https://exports/a', undefined],
    ['/exports/a', undefined],
  ])('reads %s', (url, location) => {
    expect(parseObjectStoreUrl(url)).toEqual(location);
  });
});

withStorage('ObjectStore', () => {
  const endpoint = storage?.endpoint;
  const open = (prefix = '') => openObjectStore(`s3://exports/${prefix}`, { endpoint, pathStyle: true });
  beforeEach(async () => {
    await storage?.reset();
    await storage?.createBucket('exports');
  });

  it.each([
    ['bytes', Buffer.from('one')],
    ['nothing', new Uint8Array()],
    ['a stream of texts', Readable.from(['o', 'n', 'e'])],
    ['a part of exactly its size', Buffer.alloc(8 * MIB, 1)],
    ['two parts', Buffer.alloc(8 * MIB + 1, 2)],
    ['a stream of large parts', Readable.from([Buffer.alloc(20 * MIB, 3), Buffer.alloc(3, 4)])],
  ])('writes and reads %s', async (_kind, body) => {
    const store = await open('a/b');
    const copy = body instanceof Readable ? undefined : Buffer.from(body);
    await store.put('c.bin', body);
    const read = await buffer(await store.get('c.bin'));
    if (copy) expect(read.equals(copy)).toBe(true);
    else expect([3, 20 * MIB + 3]).toContain(read.length);
    const [stored] = await all((await open()).list('a/b/'));
    expect(stored).toEqual({ key: 'a/b/c.bin', size: read.length, modifiedAt: expect.any(Date) });
  });

  it('replaces an object, and lists only those below the prefix', async () => {
    const store = await open('x');
    await store.put('1', Buffer.from('old'));
    await store.put('1', Buffer.from('newer'));
    await store.put('sub/2', Buffer.from('2'));
    await (await open('xy')).put('3', Buffer.from('3'));
    const keys = (await all(store.list(''))).map(({ key, size }) => [key, size]);
    expect(keys).toEqual([
      ['1', 5],
      ['sub/2', 1],
    ]);
    expect((await all(store.list('sub/'))).map(({ key }) => key)).toEqual(['sub/2']);
  });

  it('rejects for an object and a bucket that do not exist', async () => {
    await expect((await open()).get('missing')).rejects.toMatchObject({ name: 'NoSuchKey' });
    const missing = await openObjectStore('s3://no-bucket', { endpoint, pathStyle: true });
    await expect(missing.put('a', Buffer.from('a'))).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('leaves nothing of a stream that fails', async () => {
    const store = await open();
    const failing = Readable.from(
      (function* () {
        yield Buffer.alloc(17 * MIB);
        throw new Error('the source has failed');
      })(),
    );
    await expect(store.put('half', failing)).rejects.toThrow('the source has failed');
    expect(await all(store.list(''))).toEqual([]);
    const uploads = await (await fetch(`${endpoint}/exports?uploads`)).text();
    expect(uploads).not.toContain('<Upload>');
  });

  it('requests encryption', async () => {
    const options = { endpoint, pathStyle: true, encryption: 'aws:kms', kmsKey: 'alias/exports' } as const;
    await (await openObjectStore('s3://exports', options)).put('secret', Buffer.from('a'));
    const client = new S3Client({ endpoint, forcePathStyle: true });
    const head = await client.send(new HeadObjectCommand({ Bucket: 'exports', Key: 'secret' }));
    expect([head.ServerSideEncryption, head.SSEKMSKeyId]).toEqual([
      'aws:kms',
      expect.stringContaining('alias/exports'),
    ]);
  });
});

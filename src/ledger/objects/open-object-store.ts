import type { ObjectStore, ObjectStoreLocation, ObjectStoreOptions } from './object-store.ts';

/** Name of a bucket as the S3 User Guide defines it ("General purpose bucket naming rules"). */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Reads `s3://BUCKET/PREFIX`. Returns undefined for any other text. */
export function parseObjectStoreUrl(url: string): ObjectStoreLocation | undefined {
  const [, bucket, path = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(url) ?? [];
  if (bucket === undefined || !BUCKET.test(bucket)) return undefined;
  const prefix = path.replace(/\/+$/, '');
  return { bucket, prefix: prefix === '' ? '' : `${prefix}/` };
}

/** Opens the store at `s3://BUCKET/PREFIX`. Sends no request. Rejects for a URL of another form. */
export async function openObjectStore(url: string, options: ObjectStoreOptions = {}): Promise<ObjectStore> {
  const location = parseObjectStoreUrl(url);
  if (!location) throw new Error(`"${url}" is not a URL of the form s3://BUCKET/PREFIX`);
  const { S3ObjectStore } = await import('./s3-object-store.ts');
  return new S3ObjectStore(location, options);
}

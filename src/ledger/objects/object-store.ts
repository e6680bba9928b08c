import type { Readable } from 'node:stream';

/** One object of a store. */
export interface StoredObject {
  /** Path below the prefix of the store. */
  key: string;
  /** Bytes. */
  size: number;
  modifiedAt: Date;
}

/** Objects below a prefix of a bucket. All keys are relative to the prefix. Methods reject with the error of the SDK. */
export interface ObjectStore {
  /** Writes an object, or replaces it as a whole: readers never see a part of it. Holds at most a few MiB of `body`. */
  put(key: string, body: Readable | Uint8Array): Promise<void>;
  /** Reads an object. Rejects with an error with the name `NoSuchKey` if there is none. */
  get(key: string): Promise<Readable>;
  /** Lists the objects whose key starts with `prefix`, in the order of their keys. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Closes the connections. */
  close(): void;
}

/** Where a bucket is, and how objects are encrypted. Credentials come from AWS's standard chain. */
export interface ObjectStoreOptions {
  /** Default: the region of AWS's standard chain. */
  region?: string;
  /** Origin that replaces AWS's, for VPC endpoints and other servers with the API of S3. */
  endpoint?: string;
  /** Puts the bucket into the path instead of the host, as servers other than AWS's need. */
  pathStyle?: boolean;
  /** Encryption that each written object requests. Default: that of the bucket. */
  encryption?: 'AES256' | 'aws:kms';
  /** Id or ARN of the key for `aws:kms`. Default: AWS's key for S3. */
  kmsKey?: string;
}

/** Bucket and prefix of a store. The prefix is empty or ends with a slash. */
export interface ObjectStoreLocation {
  bucket: string;
  prefix: string;
}

import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { bodyParts } from './body-parts.ts';
import type { ObjectStore, ObjectStoreLocation, ObjectStoreOptions, StoredObject } from './object-store.ts';

/** Bytes of a part. S3 accepts at least 5 MiB, and 10,000 parts: objects of up to 80 GB. */
const UPLOAD_PART_BYTES = 8 * 1_048_576;
const CONNECTION_MS = 5_000;
/** Milliseconds without progress after which an attempt fails. */
const REQUEST_MS = 30_000;
const ATTEMPTS = 3;

/** Bucket and key of an object, as the commands of the SDK take them. */
interface ObjectAddress {
  Bucket: string;
  Key: string;
}

/** Objects in Amazon S3, or in a server with its API. */
export class S3ObjectStore implements ObjectStore {
  private readonly client: S3Client;

  constructor(
    private readonly location: ObjectStoreLocation,
    private readonly options: ObjectStoreOptions,
  ) {
    const { region, endpoint, pathStyle } = options;
    this.client = new S3Client({
      ...(region !== undefined && { region }),
      ...(endpoint !== undefined && { endpoint }),
      forcePathStyle: pathStyle ?? false,
      followRegionRedirects: true,
      maxAttempts: ATTEMPTS,
      requestHandler: {
        connectionTimeout: CONNECTION_MS,
        requestTimeout: REQUEST_MS,
        socketTimeout: REQUEST_MS,
        throwOnRequestTimeout: true,
      },
    });
  }

  async put(key: string, body: Readable | Uint8Array): Promise<void> {
    const parts = bodyParts(body, UPLOAD_PART_BYTES);
    const address = this.addressOf(key);
    const first = await parts.next();
    const second = await parts.next();
    if (second.done) {
      const content = first.done ? new Uint8Array() : first.value;
      await this.client.send(new PutObjectCommand({ ...address, ...this.encryption(), Body: content }));
    } else {
      await this.putParts(address, [first.value!, second.value], parts);
    }
  }

  async get(key: string): Promise<Readable> {
    const { Body } = await this.client.send(new GetObjectCommand(this.addressOf(key)));
    return Body as Readable;
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    const { Bucket, Key } = this.addressOf(prefix);
    for await (const page of paginateListObjectsV2({ client: this.client }, { Bucket, Prefix: Key })) {
      for (const { Key: name, Size, LastModified } of page.Contents ?? []) {
        if (name === undefined) continue;
        const key = name.slice(this.location.prefix.length);
        yield { key, size: Size ?? 0, modifiedAt: LastModified ?? new Date(0) };
      }
    }
  }

  close(): void {
    this.client.destroy();
  }

  private async putParts(address: ObjectAddress, begun: Uint8Array[], rest: AsyncIterable<Uint8Array>): Promise<void> {
    const created = await this.client.send(new CreateMultipartUploadCommand({ ...address, ...this.encryption() }));
    const upload = { ...address, UploadId: created.UploadId };
    const tags: string[] = [];
    const send = async (Body: Uint8Array): Promise<void> => {
      const sent = await this.client.send(new UploadPartCommand({ ...upload, PartNumber: tags.length + 1, Body }));
      tags.push(sent.ETag ?? '');
    };
    try {
      for (let part = begun.shift(); part; part = begun.shift()) await send(part);
      for await (const part of rest) await send(part);
      const Parts = tags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
      await this.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    } catch (error) {
      // AWS bills the parts of an upload that is not ended.
      await this.client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
      throw error;
    }
  }

  private addressOf(key: string): ObjectAddress {
    return { Bucket: this.location.bucket, Key: `${this.location.prefix}${key}` };
  }

  private encryption(): { ServerSideEncryption?: 'AES256' | 'aws:kms'; SSEKMSKeyId?: string } {
    const { encryption, kmsKey } = this.options;
    if (encryption === undefined) return {};
    return { ServerSideEncryption: encryption, ...(kmsKey !== undefined && { SSEKMSKeyId: kmsKey }) };
  }
}

import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent } from 'undici';

import { GatewayConfig, type MediaFetchConfig } from '../config/gateway-config.ts';
import { badRequest, type GatewayError } from '../errors.ts';
import { ByteBudget } from './byte-budget.ts';
import { destination, guardedLookup } from './destination.ts';
import { download } from './download.ts';
import { FetchRefusal } from './fetch-refusal.ts';
import type { MediaReference } from './media-reference.ts';
import { OUTSIDE, type Outside } from './outside.ts';

/** OpenAI's code for images that it cannot download. */
const INVALID_URL = 'invalid_image_url';
/** Downloads of one request at a time. */
const AT_A_TIME = 4;

/** Fetches what requests name by URL, if the configuration allows it, and only from the public internet. */
@Injectable()
export class RemoteMediaService implements OnApplicationShutdown {
  private readonly config: MediaFetchConfig;
  private readonly pool: Agent;

  constructor(
    config: GatewayConfig,
    @Inject(OUTSIDE) private readonly outside: Outside,
  ) {
    this.config = config.media.fetch;
    this.pool = new Agent({
      allowH2: false,
      connections: AT_A_TIME,
      connect: { lookup: guardedLookup(outside), ca: outside.authority, timeout: this.config.timeoutMs },
    });
  }

  /** After the drain: running requests may still want an image. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.destroy();
  }

  /**
   * Base64 by URL. Throws GatewayError 400 with the `param` of the reference that cannot be had, and the
   * signal's reason when that is aborted.
   */
  async fetchAll(references: readonly MediaReference[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const wanted = distinct(references);
    this.refuseAtOnce(wanted);
    const failed = new AbortController();
    const deadline = AbortSignal.timeout(this.config.timeoutMs);
    const stop = AbortSignal.any([signal, deadline, failed.signal]);
    const budget = new ByteBudget(this.config.maxTotalBytes);
    const fetched = new Map<string, string>();
    const work = async (): Promise<void> => {
      for (let next = wanted.shift(); next; next = wanted.shift()) {
        const reference = next;
        const bytes = await this.fetchOne(reference, budget, stop).catch((error: unknown) => {
          signal.throwIfAborted();
          throw refusal(reference, deadline.aborted ? new FetchRefusal('it took too long.') : error);
        });
        fetched.set(reference.url, bytes.toString('base64'));
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_A_TIME }, work));
    } finally {
      failed.abort();
    }
    return fetched;
  }

  private refuseAtOnce(wanted: readonly MediaReference[]): void {
    const [first] = wanted;
    if (first && !this.config.enabled) {
      throw badRequest(
        'Images by URL are not fetched by this gateway (media.fetch.enabled is false): send them as data URLs.',
        first.param,
        INVALID_URL,
      );
    }
    const excess = wanted[this.config.maxImages];
    if (excess) {
      throw badRequest(
        `A request may name ${this.config.maxImages} images by URL; this one names ${wanted.length}.`,
        excess.param,
        INVALID_URL,
      );
    }
  }

  private fetchOne({ url, maxBytes }: MediaReference, budget: ByteBudget, signal: AbortSignal): Promise<Buffer> {
    return download(url, {
      pool: this.pool,
      signal,
      destination: (text, base) => destination(text, base, this.config.hosts, this.outside),
      maxBytes,
      budget,
    });
  }
}

/** Every URL once, with the place where it is named first. */
function distinct(references: readonly MediaReference[]): MediaReference[] {
  const byUrl = new Map<string, MediaReference>();
  for (const reference of references) if (!byUrl.has(reference.url)) byUrl.set(reference.url, reference);
  return [...byUrl.values()];
}

/** Errors of sockets and of DNS may name what stands behind the gateway: they stay in `cause`, for the log. */
function refusal({ param }: MediaReference, cause: unknown): GatewayError {
  const why = cause instanceof FetchRefusal ? cause.message : 'its host cannot be reached.';
  return badRequest(`The image at this URL is not fetched: ${why}`, param, INVALID_URL).with({ cause });
}

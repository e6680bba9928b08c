import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Agent as Pool } from 'undici';

import { DerivedFromConfig } from '../config/derived.ts';
import { GatewayConfig, type MediaFetchConfig } from '../config/gateway-config.ts';
import { badRequest, type GatewayError } from '../errors/errors.ts';
import { Agent } from '../libraries/undici.ts';
import { DownloadBudget } from './byte-budget.ts';
import { checkDestination, lookupPublicAddress } from './check-destination.ts';
import { download } from './download.ts';
import { MediaFetchRejection, UnreachableHost } from './media-fetch-rejection.ts';
import type { MediaReference } from './media-reference.ts';
import { NETWORK_POLICY, type NetworkPolicy } from './network-policy.ts';

/** OpenAI's error code for images that it cannot download. */
const INVALID_URL = 'invalid_image_url';
/** Maximum concurrent downloads of one request. */
const MAX_CONCURRENT = 4;
/** Interval in milliseconds. Rejections of unreachable hosts are delayed to a multiple of it. */
const STEP_MS = 250;

/** Downloads media that requests name by URL, if the settings allow it, from the public internet only. */
@Injectable()
export class RemoteMediaService implements OnApplicationShutdown {
  private readonly pool: DerivedFromConfig<number, Pool>;

  constructor(
    private readonly config: GatewayConfig,
    @Inject(NETWORK_POLICY) private readonly network: NetworkPolicy,
  ) {
    this.pool = new DerivedFromConfig(
      () => config.media.fetch.timeoutMs,
      (timeout) => {
        const connect = { lookup: lookupPublicAddress(network), ca: network.authority, timeout };
        return new Agent({ allowH2: false, connections: MAX_CONCURRENT, connect });
      },
    );
  }

  /** Runs after the drain, because running requests can still download images. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.current.destroy();
  }

  /**
   * Downloads the media of a request. Returns base64 by URL. Throws GatewayError 400 with the `param` of a reference
   * that cannot be downloaded, and the signal's reason if it is aborted.
   */
  async fetchAll(references: readonly MediaReference[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const pending = distinct(references);
    const settings = this.config.media.fetch;
    rejectByCount(pending, settings);
    const failed = new AbortController();
    const deadline = AbortSignal.timeout(settings.timeoutMs);
    const stop = AbortSignal.any([signal, deadline, failed.signal]);
    const budget = new DownloadBudget(settings.maxTotalBytes);
    const fetched = new Map<string, string>();
    const work = async (): Promise<void> => {
      for (let next = pending.shift(); next; next = pending.shift()) {
        const reference = next;
        const startedAt = performance.now();
        const bytes = await this.fetchOne(reference, settings.hosts, budget, stop).catch(async (error: unknown) => {
          if (error instanceof UnreachableHost) await endOfStep(startedAt, signal);
          signal.throwIfAborted();
          const hasTimedOut = deadline.aborted && !(error instanceof UnreachableHost);
          throw rejection(reference, hasTimedOut ? new MediaFetchRejection('the download took too long.') : error);
        });
        fetched.set(reference.url, bytes.toString('base64'));
      }
    };
    try {
      await Promise.all(Array.from({ length: MAX_CONCURRENT }, work));
    } finally {
      failed.abort();
    }
    return fetched;
  }

  private fetchOne(
    { url, maxBytes }: MediaReference,
    hosts: readonly string[] | undefined,
    budget: DownloadBudget,
    signal: AbortSignal,
  ): Promise<Buffer> {
    return download(url, {
      pool: this.pool.current,
      signal,
      destination: (text, base) => checkDestination(text, base, hosts, this.network),
      maxBytes,
      budget,
    });
  }
}

function rejectByCount(pending: readonly MediaReference[], { enabled, maxImages }: MediaFetchConfig): void {
  const [first] = pending;
  if (first && !enabled) {
    throw badRequest(
      'This gateway does not fetch images by URL (media.fetch.enabled is false). Send them as data URLs.',
      first.param,
      INVALID_URL,
    );
  }
  const excess = pending[maxImages];
  if (excess) {
    throw badRequest(
      `A request may contain at most ${maxImages} images by URL. This one contains ${pending.length}.`,
      excess.param,
      INVALID_URL,
    );
  }
}

/** Returns each URL once, with the path at which it occurs first. */
function distinct(references: readonly MediaReference[]): MediaReference[] {
  const byUrl = new Map<string, MediaReference>();
  for (const reference of references) if (!byUrl.has(reference.url)) byUrl.set(reference.url, reference);
  return [...byUrl.values()];
}

/**
 * Waits until the end of the current interval after the start. The response time therefore does not reveal whether a
 * host is private, unknown or silent. Resolves immediately when the client disconnects.
 */
async function endOfStep(startedAt: number, signal: AbortSignal): Promise<void> {
  const leftMs = STEP_MS - ((performance.now() - startedAt) % STEP_MS);
  await sleep(leftMs, undefined, { signal }).catch(() => undefined);
}

/**
 * Creates the error of a reference. Errors of sockets and DNS can reveal the gateway's network, so they are only in
 * `cause`, for the log.
 */
function rejection({ param }: MediaReference, cause: unknown): GatewayError {
  const reason = cause instanceof MediaFetchRejection ? cause.message : 'its host cannot be reached.';
  return badRequest(`The gateway did not fetch the image of this URL: ${reason}`, param, INVALID_URL).with({ cause });
}

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

/** OpenAI's code for images that it cannot download. */
const INVALID_URL = 'invalid_image_url';
/** Downloads of one request at a time. */
const AT_A_TIME = 4;
/** Milliseconds; refusals of hosts that cannot be reached come at multiples of it. */
const STEP_MS = 250;

/** Fetches what requests name by URL, if the configuration allows it, and only from the public internet. */
@Injectable()
export class RemoteMediaService implements OnApplicationShutdown {
  private readonly pool: DerivedFromConfig<number, Pool>;

  constructor(
    private readonly config: GatewayConfig,
    @Inject(NETWORK_POLICY) private readonly outside: NetworkPolicy,
  ) {
    this.pool = new DerivedFromConfig(
      () => config.media.fetch.timeoutMs,
      (timeout) => {
        const connect = { lookup: lookupPublicAddress(outside), ca: outside.authority, timeout };
        return new Agent({ allowH2: false, connections: AT_A_TIME, connect });
      },
    );
  }

  /** After the drain: running requests may still want an image. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.current.destroy();
  }

  /**
   * Base64 by URL. Throws GatewayError 400 with the `param` of the reference that cannot be had, and the
   * signal's reason when that is aborted.
   */
  async fetchAll(references: readonly MediaReference[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const wanted = distinct(references);
    const settings = this.config.media.fetch;
    refuseAtOnce(wanted, settings);
    const failed = new AbortController();
    const deadline = AbortSignal.timeout(settings.timeoutMs);
    const stop = AbortSignal.any([signal, deadline, failed.signal]);
    const budget = new DownloadBudget(settings.maxTotalBytes);
    const fetched = new Map<string, string>();
    const work = async (): Promise<void> => {
      for (let next = wanted.shift(); next; next = wanted.shift()) {
        const reference = next;
        const startedAt = performance.now();
        const bytes = await this.fetchOne(reference, settings.hosts, budget, stop).catch(async (error: unknown) => {
          if (error instanceof UnreachableHost) await endOfStep(startedAt, signal);
          signal.throwIfAborted();
          const isLate = deadline.aborted && !(error instanceof UnreachableHost);
          throw refusal(reference, isLate ? new MediaFetchRejection('it took too long.') : error);
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

  private fetchOne(
    { url, maxBytes }: MediaReference,
    hosts: readonly string[] | undefined,
    budget: DownloadBudget,
    signal: AbortSignal,
  ): Promise<Buffer> {
    return download(url, {
      pool: this.pool.current,
      signal,
      destination: (text, base) => checkDestination(text, base, hosts, this.outside),
      maxBytes,
      budget,
    });
  }
}

function refuseAtOnce(wanted: readonly MediaReference[], { enabled, maxImages }: MediaFetchConfig): void {
  const [first] = wanted;
  if (first && !enabled) {
    throw badRequest(
      'Images by URL are not fetched by this gateway (media.fetch.enabled is false): send them as data URLs.',
      first.param,
      INVALID_URL,
    );
  }
  const excess = wanted[maxImages];
  if (excess) {
    throw badRequest(
      `A request may name ${maxImages} images by URL; this one names ${wanted.length}.`,
      excess.param,
      INVALID_URL,
    );
  }
}

/** Every URL once, with the place where it is named first. */
function distinct(references: readonly MediaReference[]): MediaReference[] {
  const byUrl = new Map<string, MediaReference>();
  for (const reference of references) if (!byUrl.has(reference.url)) byUrl.set(reference.url, reference);
  return [...byUrl.values()];
}

/**
 * Resolves at the next whole step after the start, so that the time of a refusal does not show whether a host is
 * private, unknown or silent. Resolves at once when the client leaves.
 */
async function endOfStep(startedAt: number, signal: AbortSignal): Promise<void> {
  const leftMs = STEP_MS - ((performance.now() - startedAt) % STEP_MS);
  await sleep(leftMs, undefined, { signal }).catch(() => undefined);
}

/** Errors of sockets and of DNS may name what stands behind the gateway: they stay in `cause`, for the log. */
function refusal({ param }: MediaReference, cause: unknown): GatewayError {
  const why = cause instanceof MediaFetchRejection ? cause.message : 'its host cannot be reached.';
  return badRequest(`The image at this URL is not fetched: ${why}`, param, INVALID_URL).with({ cause });
}

import { readFile, stat } from 'node:fs/promises';
import { Logger } from '@nestjs/common';
import type { JwtIssuerConfig } from '../../../config/gateway-config.ts';
import { FileWatch } from '../../../config/reload/file-watch.ts';
import { type FileStamp, stampOf } from '../../../config/reload/file-stamp.ts';
import type { TokenMetrics } from '../../../telemetry/metrics/token-metrics.ts';
import { invalidToken, keysUnavailable } from '../token-errors.ts';
import { requestKeySet } from './key-set-request.ts';
import { type SigningKey, SigningKeys } from './signing-keys.ts';

const REFRESH_MS = 300_000;
const FIRST_KEY_RETRY_MS = 5_000;
const UNKNOWN_KEY_INTERVAL_MS = 60_000;
/** Longest time after the beginning of a load in which requests wait for the first keys. */
const FIRST_KEYS_WAIT_MS = 2_000;
/** The same for a key that the present set lacks. A client can invent its id. */
const UNKNOWN_KEY_WAIT_MS = 500;
const MAX_FILE_BYTES = 1_048_576;
const MAX_LOGGED_REASON_LENGTH = 300;

/**
 * The keys of one issuer. They are loaded in the background: at the start, every five minutes, and for an unknown key id at
 * most once a minute. The last good set stays in use while the issuer does not answer.
 */
export class IssuerKeys {
  readonly settings: JwtIssuerConfig;
  private readonly logger = new Logger('tokens');
  private readonly metrics: TokenMetrics;
  private readonly stopped = new AbortController();
  private keys?: SigningKeys;
  private loading?: Promise<void>;
  /** Time at which `loading` began, in milliseconds of `performance.now`. */
  private loadingSince = -Infinity;
  private failures = 0;
  private unknownKeyAt = -Infinity;
  private timer?: NodeJS.Timeout;
  private watch?: FileWatch;
  private stamp: FileStamp = '';

  constructor(settings: JwtIssuerConfig, metrics: TokenMetrics) {
    this.settings = settings;
    this.metrics = metrics;
    metrics.issuerAdded(settings.issuer);
    void this.load();
    const { jwksFile } = settings;
    if (jwksFile === undefined) return;
    this.watch = new FileWatch(
      () => new Map([[jwksFile, this.stamp]]),
      () => this.load(),
    );
  }

  stop(): void {
    this.stopped.abort(new Error('the issuer is no longer configured'));
    clearTimeout(this.timer);
    this.watch?.stop();
    this.metrics.issuerRemoved(this.settings.issuer);
  }

  /** Returns the key of a token, without a request; undefined if it is not known. */
  find(id: string | undefined, algorithm: string): SigningKey | undefined {
    return this.keys?.find(id, algorithm);
  }

  /**
   * Returns the key of a token. Loads the keys again for an unknown id, at most once a minute. Requests wait only at the
   * beginning of a load: two seconds for the first keys, half a second otherwise. So an issuer that hangs delays few of them. Throws TokenRejection: 503 `token_keys_unavailable` without any set, 401 for an unknown id.
   */
  async require(id: string | undefined, algorithm: string): Promise<SigningKey> {
    const known = this.find(id, algorithm);
    if (known !== undefined) return known;
    if (this.mayLoadNow()) void this.load();
    const waitMs = this.keys === undefined ? FIRST_KEYS_WAIT_MS : UNKNOWN_KEY_WAIT_MS;
    const leftMs = this.loadingSince + waitMs - performance.now();
    if (this.loading !== undefined && leftMs > 0) await settledWithin(this.loading, leftMs);
    if (this.keys === undefined) throw keysUnavailable(this.settings.issuer, FIRST_KEY_RETRY_MS / 1_000);
    const found = this.find(id, algorithm);
    if (found === undefined)
      throw invalidToken('unknown_key', 'its issuer has no key with its key id (`kid`) for its algorithm.');
    return found;
  }

  /** Returns true if a token with an unknown key may cause a request to the issuer. */
  private mayLoadNow(): boolean {
    // Without any set, the background loads often enough.
    if (this.keys === undefined || this.settings.jwksFile !== undefined || this.loading !== undefined) return false;
    const now = performance.now();
    if (now - this.unknownKeyAt < UNKNOWN_KEY_INTERVAL_MS) return false;
    this.unknownKeyAt = now;
    return true;
  }

  /** Loads the keys. Never rejects. */
  private load(): Promise<void> {
    if (this.loading !== undefined) return this.loading;
    this.loadingSince = performance.now();
    this.loading = this.loadOnce().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  private async loadOnce(): Promise<void> {
    const { issuer, jwksFile } = this.settings;
    clearTimeout(this.timer);
    try {
      const document =
        jwksFile === undefined
          ? await requestKeySet(this.settings, this.stopped.signal)
          : await this.readFile(jwksFile);
      const next = SigningKeys.read(document, this.keys);
      if (this.stopped.signal.aborted) return;
      this.keys?.replacedBy(next);
      this.keys = next;
      if (this.failures > 0) this.logger.log({ event: 'token_keys_loaded', issuer, keys: next.size });
      this.failures = 0;
      this.metrics.keysLoaded(issuer);
    } catch (error) {
      if (this.stopped.signal.aborted) return;
      this.failures += 1;
      this.metrics.keysFailed(issuer);
      const msg =
        this.keys === undefined
          ? 'cannot load the keys of an issuer'
          : 'cannot refresh the keys of an issuer; the previous ones stay in use';
      if (this.failures === 1)
        this.logger.warn({ event: 'token_keys_failed', issuer, reason: reasonForLog(error), msg });
    }
    if (jwksFile === undefined) this.timer = setTimeout(() => void this.load(), this.nextLoadMs()).unref();
  }

  private nextLoadMs(): number {
    const retryMs = this.failures === 0 ? REFRESH_MS : FIRST_KEY_RETRY_MS * 2 ** (this.failures - 1);
    return Math.min(REFRESH_MS, retryMs) * (0.9 + Math.random() / 5);
  }

  private async readFile(path: string): Promise<unknown> {
    this.stamp = await stampOf(path);
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) throw new Error(`${path} is larger than ${MAX_FILE_BYTES} bytes`);
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  }
}

async function settledWithin(work: Promise<void>, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}

/** Returns the reason. It comes from the gateway, a socket or the file system, never from a token. */
function reasonForLog(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, MAX_LOGGED_REASON_LENGTH) : 'unknown';
}

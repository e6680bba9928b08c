import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type GatewayConfig } from '../config/gateway-config.ts';
import { LiveConfig } from '../config/live-config.ts';
import { GatewayError } from '../errors/errors.ts';
import { AUDIT_FIELDS } from '../telemetry/audit.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import type { Caller } from '../request/caller.ts';
import { ApiKeyService } from './api-key.service.ts';
import { GovernanceService } from './governance.service.ts';
import { revokedEntries } from './callers/revoked-entries.ts';
import type { SnapshotChange } from './snapshot/snapshot-change.ts';
import { ValidKeys } from './valid-keys.ts';

const REVOKED_HASH_PREFIX = 'sha256:';
/** The id of a key of `auth` is the beginning of its hash. */
const FILE_KEY_ID_LENGTH = 12;
const FILE_KEY_ID = /^[0-9a-f]{12}$/;

/** A key that is no longer accepted, with the number of its canceled requests. */
interface Revocation {
  name: string;
  ended: number;
}

/**
 * Cancels the requests and background jobs of keys that a new configuration no longer accepts, if `auth.cutRemovedKeys` is
 * set. A key is identified by its hash: a replaced hash removes it, narrowed models do not. Requests of keys that earlier
 * configurations removed are canceled, too, so the setting also works after the removal.
 */
@Injectable()
export class RevokedKeys implements OnApplicationShutdown {
  private readonly logger = new Logger('audit');
  private readonly stopListening: () => void;

  constructor(
    live: LiveConfig,
    private readonly metrics: MetricsService,
    private readonly keys: ApiKeyService,
    private readonly governance: GovernanceService,
  ) {
    this.stopListening = live.onChange((next, previous) => {
      if (next.auth !== previous.auth) return () => this.keysChanged(next, previous);
    });
    this.governance.onChange((change) => this.objectsChanged(change));
  }

  onApplicationShutdown(): void {
    this.stopListening();
  }

  private keysChanged({ auth }: GatewayConfig, previous: GatewayConfig): void {
    if (!auth.cutRemovedKeys) return;
    const now = Date.now();
    const valid = new ValidKeys(auth, now);
    const ofHashes = this.idsOf(auth.revoked);
    const canceled = new Map<string, Revocation>();
    // A canceled request is removed from the list, so the loop uses a copy.
    const open = Array.from(this.metrics.open);
    for (const context of open) {
      const { caller, signal } = context;
      if (caller === undefined || signal.aborted) continue;
      const { id, name } = caller;
      if (!ofHashes.has(id) && this.isAccepted(caller, valid)) continue;
      const revocation = canceled.get(id) ?? { name, ended: 0 };
      revocation.ended += 1;
      canceled.set(id, revocation);
      context.cancel(keyRevoked(name));
    }
    void this.logRevocations(new ValidKeys(previous.auth, now).missingIn(valid), canceled);
  }

  /** Returns the ids of the keys with revoked hashes. A request does not know which secret of its key it has. */
  private idsOf(revoked: readonly string[]): ReadonlySet<string> {
    const ids = new Set<string>();
    for (const entry of revokedEntries(revoked)) {
      if (!entry.startsWith(REVOKED_HASH_PREFIX)) continue;
      const digest = entry.slice(REVOKED_HASH_PREFIX.length);
      ids.add(digest.slice(0, FILE_KEY_ID_LENGTH));
      const found = this.governance.snapshot?.findSecret(Buffer.from(digest, 'hex'));
      if (found !== undefined) ids.add(found.key.id);
    }
    return ids;
  }

  /** Callers of the governance are canceled by `auth.revoked`, and by changes with `cut`. */
  private isAccepted(caller: Caller, valid: ValidKeys): boolean {
    if (this.keys.isRevoked(caller)) return false;
    return !FILE_KEY_ID.test(caller.id) || valid.has(caller.id);
  }

  /** Cancels the requests of keys and principals that the administration has cut. */
  private objectsChanged(change: SnapshotChange): void {
    const cut = new Set((change.changes ?? []).flatMap((one) => (one.cut === true ? [one.id] : [])));
    const isCut = change.all === true ? change.isCut : cut.size > 0 ? (id: string) => cut.has(id) : undefined;
    if (isCut === undefined) return;
    const canceled = new Map<string, Revocation>();
    for (const context of Array.from(this.metrics.open)) {
      const { caller, signal } = context;
      if (caller === undefined || signal.aborted) continue;
      if (!isCut(caller.id) && (caller.principal === undefined || !isCut(caller.principal))) continue;
      const revocation = canceled.get(caller.id) ?? { name: caller.name, ended: 0 };
      revocation.ended += 1;
      canceled.set(caller.id, revocation);
      context.cancel(keyRevoked(caller.name));
    }
    for (const revocation of canceled.values()) this.logRevocation(revocation);
  }

  /** Logs each key of `removed`, and each further key with canceled requests, which an earlier configuration removed. */
  private async logRevocations(
    removed: AsyncIterable<readonly [id: string, name: string]>,
    canceled: Map<string, Revocation>,
  ): Promise<void> {
    for await (const [id, name] of removed) {
      this.logRevocation(canceled.get(id) ?? { name, ended: 0 });
      canceled.delete(id);
    }
    for (const revocation of canceled.values()) this.logRevocation(revocation);
  }

  private logRevocation({ name, ended }: Revocation): void {
    const msg = 'canceled the requests of an API key that is no longer valid';
    this.logger.warn({ ...AUDIT_FIELDS, event: 'api_key_revoked', key: name, ended, msg });
  }
}

function keyRevoked(name: string): GatewayError {
  return new GatewayError({
    code: 'api_key_revoked',
    message: `The API key '${name}' was revoked while the request was running. Use another key.`,
    shouldRetry: false,
  });
}

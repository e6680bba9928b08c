import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type GatewayConfig } from '../config/gateway-config.ts';
import { LiveConfig } from '../config/live-config.ts';
import { GatewayError } from '../errors/errors.ts';
import { AUDIT_FIELDS } from '../telemetry/audit.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { ValidKeys } from './valid-keys.ts';

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
  ) {
    this.stopListening = live.onChange((next, previous) => {
      if (next.auth !== previous.auth) return () => this.keysChanged(next, previous);
    });
  }

  onApplicationShutdown(): void {
    this.stopListening();
  }

  private keysChanged({ auth }: GatewayConfig, previous: GatewayConfig): void {
    if (!auth.cutRemovedKeys) return;
    const now = Date.now();
    const valid = new ValidKeys(auth, now);
    const canceled = new Map<string, Revocation>();
    // A canceled request is removed from the list, so the loop uses a copy.
    const open = Array.from(this.metrics.open);
    for (const context of open) {
      if (context.caller === undefined || valid.has(context.caller.id) || context.signal.aborted) continue;
      const { id, name } = context.caller;
      const revocation = canceled.get(id) ?? { name, ended: 0 };
      revocation.ended += 1;
      canceled.set(id, revocation);
      context.cancel(keyRevoked(name));
    }
    void this.logRevocations(new ValidKeys(previous.auth, now).missingIn(valid), canceled);
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

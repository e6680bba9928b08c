import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type GatewayConfig } from '../config/gateway-config.ts';
import { LiveConfig } from '../config/live-config.ts';
import { GatewayError } from '../errors/errors.ts';
import { AUDIT_FIELDS } from '../telemetry/audit.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { validKeys } from './api-key.service.ts';

/** A key that is no longer accepted, and what ran for it. */
interface Revocation {
  name: string;
  ended: number;
}

/**
 * Ends the requests and background jobs of keys that a new configuration no longer accepts, where
 * `auth.cutRemovedKeys` is set. A key is its hash: one whose hash was replaced is gone, one whose models were narrowed
 * is not. It also ends what earlier configurations left running, so that the setting works after the removal, too.
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
    const valid = validKeys(auth.keys, now);
    const revoked = new Map<string, Revocation>();
    for (const [id, name] of validKeys(previous.auth.keys, now)) {
      if (!valid.has(id)) revoked.set(id, { name, ended: 0 });
    }
    // A call that ends leaves the list of those that are open.
    const open = Array.from(this.metrics.open);
    for (const context of open) {
      if (context.caller === undefined || valid.has(context.caller.id) || context.signal.aborted) continue;
      const { id, name } = context.caller;
      const revocation = revoked.get(id) ?? { name, ended: 0 };
      revocation.ended += 1;
      revoked.set(id, revocation);
      context.cancel(keyRevoked(name));
    }
    for (const { name, ended } of revoked.values()) {
      const msg = 'the requests of an API key that is no longer accepted were ended';
      this.logger.warn({ ...AUDIT_FIELDS, event: 'api_key_revoked', key: name, ended, msg });
    }
  }
}

function keyRevoked(name: string): GatewayError {
  return new GatewayError({
    code: 'api_key_revoked',
    message: `The API key '${name}' was revoked while the request was running. Use another key.`,
    shouldRetry: false,
  });
}

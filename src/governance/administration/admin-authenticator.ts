import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { keyDigest } from '../../config/settings/api-key.ts';
import { type Administrator, secretDigest } from './administrator.ts';

/** Finds the administrator of an admin key. */
@Injectable()
export class AdminAuthenticator {
  constructor(private readonly config: GatewayConfig) {}

  /** Returns the administrator; undefined for any other secret. Compares every hash, so the time does not depend on the secret. */
  findByKey(secret: string): Administrator | undefined {
    const digest = secretDigest(secret);
    let found: Administrator | undefined;
    for (const { name, hash, role, team } of this.config.admin.keys) {
      if (!timingSafeEqual(keyDigest(hash), digest)) continue;
      found = { actor: { kind: 'admin-key', id: name }, role, ...(team !== undefined && { team }) };
    }
    return found;
  }
}

import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import type { GatewayConfig } from '../../config/gateway-config.ts';

export const PUBLIC_ROUTE = 'outcrop:public';

/** Returns true if a request needs no API key, depending on the configuration and the request. */
export type PublicRule = (config: GatewayConfig, request: Request) => boolean;

export const alwaysPublic: PublicRule = () => true;

/** Makes a route or controller accessible without an API key, if `rule` returns true. All other routes need a key. */
export function Public(rule: PublicRule = alwaysPublic): CustomDecorator {
  return SetMetadata(PUBLIC_ROUTE, rule);
}

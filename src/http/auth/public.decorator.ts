import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import type { GatewayConfig } from '../../config/gateway-config.ts';

export const PUBLIC_ROUTE = 'outcrop:public';

/** Opens a route to everyone, or to everyone where the config says so, or to who comes by a certain way. */
export type PublicRule = (config: GatewayConfig, request: Request) => boolean;

export const everyone: PublicRule = () => true;

/** Every route wants an API key unless it, or its controller, says this. */
export function Public(openness: PublicRule = everyone): CustomDecorator {
  return SetMetadata(PUBLIC_ROUTE, openness);
}

import type { Express } from 'express';
import type { ServerConfig } from '../../config/gateway-config.ts';

/** Express keeps the function that it compiles from 'trust proxy' under this name; `hop` 0 is the peer of the socket. */
const COMPILED = 'trust proxy fn';
type Trust = (address: string, hop: number) => boolean;

/** Makes `request.ip` the client's address as the trusted proxies report it, and no other X-Forwarded-For count. */
export function trustProxies(application: Express, trustProxy: ServerConfig['trustProxy']): void {
  application.set('trust proxy', typeof trustProxy === 'number' ? trustProxy : [...trustProxy]);
}

/**
 * Whether the peer of a connection is a proxy by its address. A number of hops names no addresses: any stranger who
 * connects directly would count as a proxy.
 */
export function isTrustedPeer(application: Express, trustProxy: ServerConfig['trustProxy'], address: string): boolean {
  if (typeof trustProxy === 'number') return false;
  return (application.get(COMPILED) as Trust)(address, 0);
}

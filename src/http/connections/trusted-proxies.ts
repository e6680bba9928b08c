import type { Express } from 'express';
import type { ServerConfig } from '../../config/gateway-config.ts';

/** Setting in which Express stores the compiled 'trust proxy' function. `hop` 0 is the peer of the socket. */
const COMPILED = 'trust proxy fn';
type Trust = (address: string, hop: number) => boolean;

/** Sets `request.ip` to the client's address as the trusted proxies report it. Other X-Forwarded-For headers are ignored. */
export function trustProxies(application: Express, trustProxy: ServerConfig['trustProxy']): void {
  application.set('trust proxy', typeof trustProxy === 'number' ? trustProxy : [...trustProxy]);
}

/**
 * Returns true if the peer of a connection is a proxy by its address. Always false for a number of hops, which names no
 * addresses: any direct client would count as a proxy.
 */
export function isTrustedPeer(application: Express, trustProxy: ServerConfig['trustProxy'], address: string): boolean {
  if (typeof trustProxy === 'number') return false;
  return (application.get(COMPILED) as Trust)(address, 0);
}

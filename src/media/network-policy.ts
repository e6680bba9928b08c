import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';

import { isPublicAddress } from './addresses.ts';

/**
 * Network that the gateway downloads media from. Tests replace it. There is no setting for it, because a setting could
 * open private addresses.
 */
export interface NetworkPolicy {
  /** Returns every address of a host name. */
  addressesOf(hostname: string): Promise<LookupAddress[]>;
  /** Returns true if the gateway may connect to the address. */
  isPublic(address: string): boolean;
  /** The only allowed port. */
  port: number;
  /** PEM certificate that replaces Node's certificate authorities; if absent, Node's are trusted. */
  authority?: string;
}

/** Injection token of the network policy. */
export const NETWORK_POLICY = Symbol('NetworkPolicy');

/** The public internet, on port 443. */
export const PUBLIC_INTERNET: NetworkPolicy = {
  addressesOf: (hostname) => lookup(hostname, { all: true, verbatim: true }),
  isPublic: isPublicAddress,
  port: 443,
};

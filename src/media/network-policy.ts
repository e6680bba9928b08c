import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';

import { isPublicAddress } from './addresses.ts';

/**
 * What the fetcher takes for the outside world. Tests give another one; no setting can, because whoever could
 * open private addresses by a setting would sooner or later do so.
 */
export interface NetworkPolicy {
  /** Every address of a host name. */
  addressesOf(hostname: string): Promise<LookupAddress[]>;
  /** Whether an address may be connected to. */
  isOpen(address: string): boolean;
  /** The one port that may be connected to. */
  port: number;
  /** PEM certificate to trust besides nothing else; without it, the authorities that Node knows. */
  authority?: string;
}

/** Token by which the outside is injected. */
export const NETWORK_POLICY = Symbol('Outside');

export const PUBLIC_INTERNET: NetworkPolicy = {
  addressesOf: (hostname) => lookup(hostname, { all: true, verbatim: true }),
  isOpen: isPublicAddress,
  port: 443,
};

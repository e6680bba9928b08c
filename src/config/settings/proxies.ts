import { isIP, isIPv4 } from 'node:net';
import type { ValueKind } from './kinds.ts';

/** Names of address ranges that Express's "trust proxy" supports. */
const RANGES = ['loopback', 'linklocal', 'uniquelocal'];
const MAX_HOPS = 16;
const PREFIX_BITS = { IPv4: 32, IPv6: 128 };

/** Describes proxies in the form of Express's "trust proxy": a list of addresses and networks, or a number of hops. */
export function proxies(): ValueKind {
  return {
    form: 'list',
    allowed: `a list of addresses and networks such as [10.0.0.0/8, loopback], or a number of hops from 0 to ${MAX_HOPS}`,
    schema: {
      type: ['array', 'integer'],
      items: { type: 'string', minLength: 1 },
      minimum: 0,
      maximum: MAX_HOPS,
    },
    accepts: areProxies,
  };
}

function areProxies(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 && value <= MAX_HOPS;
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string' && isNetwork(entry));
}

/**
 * Returns true for an address or network. As in Express, networks of all addresses (/0) are rejected, because every client
 * would be a proxy.
 */
function isNetwork(text: string): boolean {
  if (RANGES.includes(text)) return true;
  const [address = '', prefix, ...rest] = text.split('/');
  if (isIP(address) === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  const bits = isIPv4(address) ? PREFIX_BITS.IPv4 : PREFIX_BITS.IPv6;
  return /^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= bits;
}

import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';

import { MediaFetchRejection, UnreachableHost } from './media-fetch-rejection.ts';
import type { NetworkPolicy } from './network-policy.ts';

/**
 * Checks the destination of a URL or redirect. Throws MediaFetchRejection if it is not allowed. IP addresses in the URL
 * are checked here, because no lookup follows; host names are checked by the lookup.
 */
export function checkDestination(
  text: string,
  base: URL | undefined,
  hosts: HostAllowList,
  network: NetworkPolicy,
): URL {
  const url = URL.parse(text, base?.href);
  if (!url) throw new MediaFetchRejection('it is not a valid URL.');
  if (url.protocol !== 'https:') throw new MediaFetchRejection('only https:// URLs are allowed.');
  if (url.username !== '' || url.password !== '') throw new MediaFetchRejection('it contains credentials.');
  if (Number(url.port || 443) !== network.port) throw new MediaFetchRejection(`only port ${network.port} is allowed.`);
  // The URL parser has already normalized 0x7f.1, 2130706433 and １２７.0.0.1 to 127.0.0.1.
  const address = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) !== 0 && !network.isPublic(address)) throw new UnreachableHost();
  if (!isListed(url.hostname, hosts)) throw new MediaFetchRejection('its host is not listed in media.fetch.hosts.');
  return url;
}

/** Allowed host names. `*.example.com` matches all subdomains; undefined allows any host. */
export type HostAllowList = readonly string[] | undefined;

function isListed(hostname: string, hosts: HostAllowList): boolean {
  if (hosts === undefined) return true;
  return hosts.some((entry) => {
    const listed = entry.toLowerCase();
    return listed.startsWith('*.') ? hostname.endsWith(listed.slice(1)) : hostname === listed;
  });
}

/**
 * Returns the lookup function of the connections. The addresses that it checks are those that are connected to, so a
 * name with changing addresses (DNS rebinding) has no effect. A name is rejected if one of its addresses is not
 * allowed.
 */
export function lookupPublicAddress(network: NetworkPolicy): LookupFunction {
  const allowedAddresses = callbackify(async (hostname: string): Promise<[LookupAddress, ...LookupAddress[]]> => {
    const [first, ...rest] = await network.addressesOf(hostname);
    if (!first || ![first, ...rest].every(({ address }) => network.isPublic(address))) throw new UnreachableHost();
    return [first, ...rest];
  });
  return (hostname, { all }, callback) =>
    allowedAddresses(hostname, (error, addresses) => {
      if (error) callback(error, []);
      else if (all) callback(null, addresses);
      else callback(null, addresses[0].address, addresses[0].family);
    });
}

import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';

import { MediaFetchRejection, UnreachableHost } from './media-fetch-rejection.ts';
import type { NetworkPolicy } from './network-policy.ts';

/**
 * Where a URL, or a redirect, may lead. Throws MediaFetchRejection. Hosts that are written as addresses are judged here,
 * since nothing looks them up; names when they are looked up.
 */
export function checkDestination(
  text: string,
  base: URL | undefined,
  hosts: HostAllowList,
  outside: NetworkPolicy,
): URL {
  const url = URL.parse(text, base?.href);
  if (!url) throw new MediaFetchRejection('it is not a URL.');
  if (url.protocol !== 'https:') throw new MediaFetchRejection('only https:// is fetched.');
  if (url.username !== '' || url.password !== '') throw new MediaFetchRejection('it holds credentials.');
  if (Number(url.port || 443) !== outside.port)
    throw new MediaFetchRejection(`only port ${outside.port} is connected to.`);
  // The URL parser has already made 127.0.0.1 of 0x7f.1, 2130706433 and １２７.0.0.1.
  const address = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) !== 0 && !outside.isOpen(address)) throw new UnreachableHost();
  if (!isListed(url.hostname, hosts)) throw new MediaFetchRejection('its host is not among media.fetch.hosts.');
  return url;
}

/** Host names, `*.example.com` for all below one; undefined for any. */
export type HostAllowList = readonly string[] | undefined;

function isListed(hostname: string, hosts: HostAllowList): boolean {
  if (hosts === undefined) return true;
  return hosts.some((entry) => {
    const listed = entry.toLowerCase();
    return listed.startsWith('*.') ? hostname.endsWith(listed.slice(1)) : hostname === listed;
  });
}

/**
 * Looks a name up for the connection itself: the addresses that are judged are those that are connected to, so a
 * name that changes its mind in between (DNS rebinding) gains nothing. One closed address condemns the name.
 */
export function lookupPublicAddress(outside: NetworkPolicy): LookupFunction {
  const openAddresses = callbackify(async (hostname: string): Promise<[LookupAddress, ...LookupAddress[]]> => {
    const [first, ...rest] = await outside.addressesOf(hostname);
    if (!first || ![first, ...rest].every(({ address }) => outside.isOpen(address))) throw new UnreachableHost();
    return [first, ...rest];
  });
  return (hostname, { all }, callback) =>
    openAddresses(hostname, (error, addresses) => {
      if (error) callback(error, []);
      else if (all) callback(null, addresses);
      else callback(null, addresses[0].address, addresses[0].family);
    });
}

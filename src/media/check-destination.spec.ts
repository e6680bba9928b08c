import { describe, expect, it } from '@jest/globals';

import { checkDestination, lookupPublicAddress, type HostAllowList } from './check-destination.ts';
import { MediaFetchRejection } from './media-fetch-rejection.ts';
import { PUBLIC_INTERNET } from './network-policy.ts';

const to = (text: string, hosts?: HostAllowList) => checkDestination(text, undefined, hosts, PUBLIC_INTERNET).href;

describe('a destination', () => {
  it.each([
    ['https://images.example/a.png?b=c'],
    ['https://images.example:443/'],
    ['https://8.8.8.8/'],
    ['https://[2606:4700:4700::1111]/'],
    ['HTTPS://IMAGES.EXAMPLE/'],
  ])('can be %s', (url) => {
    expect(to(url)).toBe(new URL(url).href);
  });

  it.each([
    ['http', 'http://images.example/'],
    ['ftp', 'ftp://images.example/'],
    ['file', 'file:///etc/passwd'],
    ['data', 'data:image/png;base64,AAAA'],
    ['no URL', 'https://'],
    ['no URL', 'images.example/a.png'],
    ['a user', 'https://user@images.example/'],
    ['a password', 'https://user:secret@images.example/'],
    ['another port', 'https://images.example:8443/'],
    ['port 80', 'https://images.example:80/'],
    ['loopback', 'https://127.0.0.1/'],
    ['loopback in hexadecimal', 'https://0x7f000001/'],
    ['loopback as a number', 'https://2130706433/'],
    ['loopback in octal', 'https://0177.0.0.1/'],
    ['loopback in short', 'https://127.1/'],
    ['loopback in wide digits', 'https://１２７.0.0.1/'],
    ['loopback in IPv6', 'https://[::1]/'],
    ['loopback in IPv6 at length', 'https://[0:0:0:0:0:0:0:1]/'],
    ['loopback mapped', 'https://[::ffff:127.0.0.1]/'],
    ['loopback behind NAT64', 'https://[64:ff9b::127.0.0.1]/'],
    ['metadata', 'https://169.254.169.254/latest/meta-data/'],
    ['metadata in IPv6', 'https://[fd00:ec2::254]/'],
    ['zero', 'https://0/'],
  ])('cannot be %s', (_what, url) => {
    expect(() => to(url)).toThrow(MediaFetchRejection);
  });

  it('is one of the configured hosts, if there are any', () => {
    const hosts = ['images.example', '*.Cdn.example'];
    for (const host of ['images.example', 'IMAGES.example', 'a.cdn.example', 'a.b.cdn.example']) {
      expect(() => to(`https://${host}/`, hosts)).not.toThrow();
    }
    for (const host of ['cdn.example', 'evilcdn.example', 'images.example.evil.test', 'a.images.example', '8.8.8.8']) {
      expect(() => to(`https://${host}/`, hosts)).toThrow('not listed in media.fetch.hosts');
    }
    expect(() => to('https://images.example/', [])).toThrow(MediaFetchRejection);
  });

  it('of a redirect is relative to the redirecting URL', () => {
    const from = new URL('https://images.example/a/b.png');
    expect(checkDestination('../c.png', from, undefined, PUBLIC_INTERNET).href).toBe('https://images.example/c.png');
    expect(() => checkDestination('//127.0.0.1/', from, undefined, PUBLIC_INTERNET)).toThrow(MediaFetchRejection);
    expect(() => checkDestination('http://images.example/', from, undefined, PUBLIC_INTERNET)).toThrow(
      MediaFetchRejection,
    );
  });
});

describe('the lookup of a connection', () => {
  const addresses: Record<string, string[]> = {
    'public.test': ['8.8.8.8', '2606:4700:4700::1111'],
    'private.test': ['10.0.0.1'],
    'mixed.test': ['8.8.8.8', '127.0.0.1'],
    'mapped.test': ['::ffff:169.254.169.254'],
    'empty.test': [],
  };
  const lookup = lookupPublicAddress({
    ...PUBLIC_INTERNET,
    addressesOf: async (hostname) =>
      addresses[hostname]!.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
  });
  const resolve = (hostname: string, all: boolean) =>
    new Promise((resolve, reject) => {
      lookup(hostname, { all }, (error, address) => (error ? reject(error) : resolve(address)));
    });

  it('returns the addresses that were checked', async () => {
    expect(await resolve('public.test', true)).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700:4700::1111', family: 6 },
    ]);
    expect(await resolve('public.test', false)).toBe('8.8.8.8');
  });

  it.each(['private.test', 'mixed.test', 'mapped.test', 'empty.test'])('rejects %s', async (hostname) => {
    for (const all of [true, false]) await expect(resolve(hostname, all)).rejects.toThrow(MediaFetchRejection);
  });
});

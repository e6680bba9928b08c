import { closestName } from './nearest-name.ts';

const names = ['host', 'port', 'requestsPerMinute', 'bodyLimitBytes', 'tls'];

describe('closestName', () => {
  it.each([
    ['prot', 'port'],
    ['ports', 'port'],
    ['hots', 'host'],
    ['requests_per_minute', 'requestsPerMinute'],
    ['REQUESTS-PER-MINUTE', 'requestsPerMinute'],
    ['requestPerMinutes', 'requestsPerMinute'],
    ['bodyLimit', undefined],
    ['TLS', 'tls'],
    ['region', undefined],
    ['', undefined],
  ])('corrects %j to %j', (written, expected) => expect(closestName(written, names)).toBe(expected));

  it('reads only the beginning of a very long name', () => {
    expect(closestName('port'.repeat(1_000_000), names)).toBeUndefined();
  });
});

import { nearestName } from './nearest-name.ts';

const names = ['host', 'port', 'requestsPerMinute', 'bodyLimitBytes', 'tls'];

describe('nearestName', () => {
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
    ['x'.repeat(100_000), undefined],
  ])('takes %.30j for %j', (written, meant) => expect(nearestName(written, names)).toBe(meant));
});

import { expiryTime } from './date-time.ts';

describe('expiryTime', () => {
  it('returns the end of a day in UTC', () => {
    expect(expiryTime('2027-01-31')).toBe(Date.UTC(2027, 1, 1));
    expect(expiryTime('2027-12-31')).toBe(Date.UTC(2028, 0, 1));
    expect(expiryTime('2028-02-29')).toBe(Date.UTC(2028, 2, 1));
  });

  it('accepts times with their zone', () => {
    expect(expiryTime('2027-01-31T18:00:00Z')).toBe(Date.UTC(2027, 0, 31, 18));
    expect(expiryTime('2027-01-31T18:00+02:00')).toBe(Date.UTC(2027, 0, 31, 16));
    expect(expiryTime('2027-01-31T18:00:00.250Z')).toBe(Date.UTC(2027, 0, 31, 18, 0, 0, 250));
  });

  it.each(['', 'soon', '2027', '2027-1-1', '2027-02-30', '2027-13-01', '2027-02-30T10:00Z', '2027-01-31T25:00Z'])(
    'rejects %j',
    (text) => expect(expiryTime(text)).toBeUndefined(),
  );

  it('rejects a time without a zone, which would depend on the machine', () => {
    expect(expiryTime('2027-01-31T18:00:00')).toBeUndefined();
  });
});

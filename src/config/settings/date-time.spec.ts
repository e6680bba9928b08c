import { expiryTime } from './date-time.ts';

describe('expiryTime', () => {
  it('lets a day count to its end in UTC', () => {
    expect(expiryTime('2027-01-31')).toBe(Date.UTC(2027, 1, 1));
    expect(expiryTime('2027-12-31')).toBe(Date.UTC(2028, 0, 1));
    expect(expiryTime('2028-02-29')).toBe(Date.UTC(2028, 2, 1));
  });

  it('takes moments with their zone', () => {
    expect(expiryTime('2027-01-31T18:00:00Z')).toBe(Date.UTC(2027, 0, 31, 18));
    expect(expiryTime('2027-01-31T18:00+02:00')).toBe(Date.UTC(2027, 0, 31, 16));
    expect(expiryTime('2027-01-31T18:00:00.250Z')).toBe(Date.UTC(2027, 0, 31, 18, 0, 0, 250));
  });

  it.each(['', 'soon', '2027', '2027-1-1', '2027-02-30', '2027-13-01', '2027-02-30T10:00Z', '2027-01-31T25:00Z'])(
    'refuses %j',
    (text) => expect(expiryTime(text)).toBeUndefined(),
  );

  it('refuses a moment without a zone, which would mean something else on each machine', () => {
    expect(expiryTime('2027-01-31T18:00:00')).toBeUndefined();
  });
});

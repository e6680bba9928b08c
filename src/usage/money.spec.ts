import { describe, expect, it } from '@jest/globals';
import { costNanoOf, formatUsd, fractionOf, product, roundHalfEven } from './money.ts';

const rounded = (...decimals: string[]) => String(roundHalfEven(product(...decimals.map(fractionOf))));

describe('exact numbers', () => {
  it('rounds negative numbers half to even, too', () => {
    const halves = [-5n, -3n, -1n, 1n, 3n, 5n].map((numerator) => roundHalfEven({ numerator, denominator: 2n }));
    expect(halves).toEqual([-2n, -2n, 0n, 0n, 2n, 2n]);
  });

  it.each([
    [['0.5'], '0'],
    [['1.5'], '2'],
    [['2.5'], '2'],
    [['2.500000000000000000001'], '3'],
    [['2.499999999999999999999'], '2'],
    [['8750', '1.1', '0.5'], '4812'],
    [['8750', '1.1', '1.75'], '16844'],
    [['123456789012345678901234567890', '1'], '123456789012345678901234567890'],
  ])('%j are rounded half to even to %s', (decimals, expected) => {
    expect(rounded(...decimals)).toBe(expected);
  });

  it.each(['', '.5', '1.', '-1', '1e3', '1,000', ' 1', 'NaN'])('cannot be read from %j', (text) => {
    expect(() => fractionOf(text)).toThrow(RangeError);
  });
});

describe('the cost of units', () => {
  it.each([
    // 499 pico-USD and 500 to even.
    [[{ count: 1, unitPricePico: 499 }], 0],
    [[{ count: 1, unitPricePico: 500 }], 0],
    [[{ count: 1, unitPricePico: 501 }], 1],
    [[{ count: 3, unitPricePico: 500 }], 2],
    // The sum is rounded, not each term: 8,750 pico-USD each.
    [Array.from({ length: 4 }, () => ({ count: 1, unitPricePico: 8_750 })), 35],
    // 10^7 tokens of 1,000 USD per million are 10,000 USD, whose pico-USD exceed the safe integers.
    [[{ count: 10_000_000, unitPricePico: 1_000_000_000 }], 10_000_000_000_000],
    // 9,007,199,254,740,993 pico-USD: one more than the doubles contain.
    [
      [
        { count: 1, unitPricePico: 9_007_199_254_740_991 },
        { count: 2, unitPricePico: 1 },
      ],
      9_007_199_254_741,
    ],
    // 500 pico-USD above a large even number stay, 500 above a large odd number are rounded up.
    [
      [
        { count: 1, unitPricePico: 9_007_199_254_000_000 },
        { count: 1, unitPricePico: 740_500 },
      ],
      9_007_199_254_740,
    ],
    [
      [
        { count: 10, unitPricePico: 9_007_199_254_741_000 },
        { count: 1, unitPricePico: 1_500 },
      ],
      90_071_992_547_412,
    ],
  ])('%j is %i nano-USD', (units, nano) => {
    expect(costNanoOf(units)).toBe(nano);
  });

  it('is at most the largest safe integer, so that an impossible count fails nothing', () => {
    expect(costNanoOf([{ count: 1e15, unitPricePico: 1_000_000_000 }])).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('a cost as text', () => {
  it.each([
    [0, '0'],
    [1, '0.000000001'],
    [10, '0.00000001'],
    [12_500, '0.0000125'],
    [300_000_000, '0.3'],
    [10_000_000_000, '10'],
    [1_000_000_001, '1.000000001'],
    [Number.MAX_SAFE_INTEGER, '9007199.254740991'],
    [20_000_000_000_000_000_000n, '20000000000'],
  ])('of %d nano-USD is %s', (nano, text) => {
    expect(formatUsd(nano)).toBe(text);
  });
});

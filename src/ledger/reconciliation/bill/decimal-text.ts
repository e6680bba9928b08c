import { roundHalfEven } from '../../../usage/money.ts';

const DECIMAL_TEXT = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
const MAX_DECIMAL_LENGTH = 64;
const MAX_EXPONENT = 40;

/**
 * Parses a decimal number exactly, and returns it in units of 10^-`places`, rounded half to even. An empty text is 0. Throws
 * RangeError for other text.
 */
export function scaledDecimal(text: string, places: number): bigint {
  if (text === '') return 0n;
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    (text.length <= MAX_DECIMAL_LENGTH ? DECIMAL_TEXT.exec(text) : null) ?? [];
  const power = Number(exponent);
  if (sign === undefined || whole + fraction === '' || Math.abs(power) > MAX_EXPONENT) {
    throw new RangeError(`"${text.slice(0, MAX_DECIMAL_LENGTH)}" is not a decimal number.`);
  }
  const digits = BigInt(whole + fraction);
  const shift = places + power - fraction.length;
  const scaled =
    shift >= 0
      ? digits * 10n ** BigInt(shift)
      : roundHalfEven({ numerator: digits, denominator: 10n ** BigInt(-shift) });
  return sign === '-' ? -scaled : scaled;
}

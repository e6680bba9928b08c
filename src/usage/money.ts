/** An exact number. The denominator is positive. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const DECIMAL = /^(\d+)(?:\.(\d+))?$/;
const PICO_PER_NANO = 1_000;
const NANO_DIGITS = 9;
const PICO_DIGITS = 12;

/** Parses decimal text such as `0.00875`. Throws RangeError for other text. */
export function fractionOf(decimal: string): Fraction {
  const [, whole, places = ''] = DECIMAL.exec(decimal) ?? [];
  if (whole === undefined) throw new RangeError(`"${decimal}" is not a decimal number such as 0.25.`);
  return { numerator: BigInt(whole + places), denominator: 10n ** BigInt(places.length) };
}

/** Returns the exact product. */
export function product(...factors: readonly Fraction[]): Fraction {
  return factors.reduce((left, right) => ({
    numerator: left.numerator * right.numerator,
    denominator: left.denominator * right.denominator,
  }));
}

/** Rounds half to even. */
export function roundHalfEven({ numerator, denominator }: Fraction): bigint {
  if (numerator < 0n) return -roundHalfEven({ numerator: -numerator, denominator });
  const quotient = numerator / denominator;
  const twice = 2n * (numerator % denominator);
  if (twice < denominator) return quotient;
  if (twice > denominator) return quotient + 1n;
  return quotient + (quotient % 2n);
}

/** A number of units, each with this price. */
export interface PricedUnits {
  readonly count: number;
  readonly unitPricePico: number;
}

/**
 * Returns the cost in nano-USD: the exact sum, rounded once, half to even. The largest result is the largest safe integer,
 * which is 9 million USD: an impossible count of tokens must not fail an answer that was paid for.
 */
export function costNanoOf(units: readonly PricedUnits[]): number {
  let pico = 0;
  for (const { count, unitPricePico } of units) pico += count * unitPricePico;
  // Below this limit, neither a product nor the sum was rounded, because no term is negative.
  if (pico > Number.MAX_SAFE_INTEGER) return largeCostNanoOf(units);
  const rest = pico % PICO_PER_NANO;
  const nano = (pico - rest) / PICO_PER_NANO;
  if (rest * 2 < PICO_PER_NANO) return nano;
  if (rest * 2 > PICO_PER_NANO) return nano + 1;
  return nano + (nano % 2);
}

function largeCostNanoOf(units: readonly PricedUnits[]): number {
  const pico = units.reduce(
    (sum, { count, unitPricePico }) => sum + BigInt(Math.ceil(count)) * BigInt(unitPricePico),
    0n,
  );
  const nano = roundHalfEven({ numerator: pico, denominator: BigInt(PICO_PER_NANO) });
  return Math.min(Number(nano), Number.MAX_SAFE_INTEGER);
}

/** Formats nano-USD as USD without an exponent and without trailing zeros: 12,500 is `0.0000125`. */
export function formatUsd(nanoUsd: number | bigint): string {
  return decimalText(nanoUsd, NANO_DIGITS);
}

/** Formats pico-USD as USD without an exponent and without trailing zeros: 8,750 is `0.00000000875`. */
export function formatPicoUsd(picoUsd: number | bigint): string {
  return decimalText(picoUsd, PICO_DIGITS);
}

function decimalText(amount: number | bigint, decimalPlaces: number): string {
  if (amount < 0) return `-${decimalText(-amount, decimalPlaces)}`;
  const digits = String(amount).padStart(decimalPlaces + 1, '0');
  const places = digits.slice(-decimalPlaces).replace(/0+$/, '');
  const whole = digits.slice(0, -decimalPlaces);
  return places === '' ? whole : `${whole}.${places}`;
}

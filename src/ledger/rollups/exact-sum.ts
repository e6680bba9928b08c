/** A whole number. A bigint only where a number is not exact. */
export type ExactInteger = number | bigint;

/** Adds exactly. */
export function exactSum(left: ExactInteger, right: ExactInteger): ExactInteger {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return BigInt(left) + BigInt(right);
}

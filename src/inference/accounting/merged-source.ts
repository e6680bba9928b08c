import type { PriceSource } from '../../usage/prices/price-book.ts';

/** Sources, the one that an operator must see first. */
const BY_WEIGHT: readonly PriceSource[] = ['unknown', 'contract', 'list', 'free'];

/** Returns the source of a sum: an estimate makes the sum an estimate. */
export function mergedSource(before: PriceSource | undefined, next: PriceSource): PriceSource {
  if (before === undefined || before === next) return next;
  return BY_WEIGHT.find((source) => source === before || source === next)!;
}

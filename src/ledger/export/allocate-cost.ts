const NANO_IN_PICO = 1_000n;

/**
 * Divides a cost in nano-USD among units by their exact costs in pico-USD. The parts are whole numbers whose sum is the cost:
 * each is rounded down, and the largest remainders get the rest. Without units, returns an empty list.
 */
export function allocateCost(costNano: bigint, picos: readonly bigint[]): bigint[] {
  const parts = picos.map((pico) => pico / NANO_IN_PICO);
  const rest = costNano - parts.reduce((sum, part) => sum + part, 0n);
  if (parts.length === 0 || rest === 0n) return parts;
  const byRemainder = picos
    .map((pico, index) => ({ index, remainder: pico % NANO_IN_PICO }))
    .sort((left, right) => Number(right.remainder - left.remainder) || left.index - right.index);
  // The cost of a line is its rounded sum, so the rest is less than a nano-USD for each unit, except at the bound of a cost.
  if (rest > 0n && rest <= BigInt(parts.length)) {
    for (const { index } of byRemainder.slice(0, Number(rest))) parts[index]! += 1n;
  } else parts[byRemainder[0]!.index]! += rest;
  return parts;
}

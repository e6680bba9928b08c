import { BILLED_KINDS, type BilledKind } from '../bill/billed-line.ts';
import { roundHalfEven } from '../../../usage/money.ts';
import { type ModelDay, type QuantityCell, bigSum } from './model-day.ts';

/** Quantity and cost of a group of cells. Their quotient is AWS's unit price. */
interface UnitPrice {
  readonly quantity: bigint;
  readonly cost: bigint;
}

/**
 * Parts of the difference in list cost, in pico-USD. Their sum is the drift, except for rounding. Positive: AWS has more.
 */
export interface DriftEffects {
  /** More or fewer tokens or units, at AWS's prices. */
  readonly quantity: Readonly<Record<BilledKind, bigint>>;
  /** The same tokens in other tiers. */
  readonly tier: bigint;
  /** The same tokens in other regions. */
  readonly region: bigint;
  /** The same cache writes with another lifetime. */
  readonly cacheLifetime: bigint;
  /** Millionths of tokens with another lifetime. Positive: AWS bills them for an hour. */
  readonly cacheMoved: bigint;
  /** The ledger's quantities at AWS's prices, minus their cost in the ledger. */
  readonly price: bigint;
  /** The ledger's quantities at AWS's prices. */
  readonly ledgerAtAwsPrices: bigint;
  /** Kinds that only the ledger has, so that AWS's price is not known. Their cost is in `price`. */
  readonly unpriced: readonly BilledKind[];
}

/** Cache writes for an hour cost 8/5 of those for five minutes: twice the input against 5/4 of it. */
const HOUR_RATIO = { numerator: 8n, denominator: 5n };

/** Splits the difference between the bill and the ledger by what differs: quantities, tiers, regions, lifetimes, prices. */
export function driftEffects({ cells, ledger }: ModelDay): DriftEffects {
  const prices = kindPrices(cells);
  const effects = BILLED_KINDS.map((kind) =>
    kindEffects(
      cells.filter((cell) => cell.kind === kind),
      prices.get(kind),
    ),
  );
  const quantity = Object.fromEntries(BILLED_KINDS.map((kind, index) => [kind, effects[index]!.quantity])) as Record<
    BilledKind,
    bigint
  >;
  const moved = movedWrites(cells);
  const hour = costAt(prices.get('cacheWrite1h'), moved);
  const minutes = costAt(prices.get('cacheWrite5m'), moved);
  quantity.cacheWrite1h -= hour;
  quantity.cacheWrite5m += minutes;
  const ledgerAtAwsPrices = bigSum(effects, ({ ledgerCost }) => ledgerCost);
  return {
    quantity,
    tier: bigSum(effects, ({ tier }) => tier),
    region: bigSum(effects, ({ region }) => region),
    cacheLifetime: hour - minutes,
    cacheMoved: moved,
    price: ledgerAtAwsPrices - ledger.list,
    ledgerAtAwsPrices,
    unpriced: BILLED_KINDS.filter((kind) => prices.get(kind) === undefined && cells.some((cell) => cell.kind === kind)),
  };
}

function kindEffects(cells: readonly QuantityCell[], price: UnitPrice | undefined) {
  const none = { quantity: 0n, tier: 0n, region: 0n, ledgerCost: 0n };
  if (price === undefined) return none;
  const awsCost = bigSum(cells, (cell) => cell.awsCost);
  const difference = bigSum(cells, ({ aws, ledger }) => aws - ledger);
  const quantity = costAt(price, difference);
  const tierPrice = (tier: string): UnitPrice => priceOf(cells.filter((cell) => cell.tier === tier)) ?? price;
  const atTiers = bigSum(cells, ({ ledger, tier }) => costAt(tierPrice(tier), ledger));
  const ledgerCost = bigSum(cells, (cell) => costAt(priceOf([cell]) ?? tierPrice(cell.tier), cell.ledger));
  const tier = awsCost - atTiers - quantity;
  return { quantity, tier, region: awsCost - ledgerCost - quantity - tier, ledgerCost };
}

/** Returns AWS's price of each kind. A lifetime of cache writes that only the ledger has costs a share of the other one. */
function kindPrices(cells: readonly QuantityCell[]): ReadonlyMap<BilledKind, UnitPrice> {
  const prices = new Map<BilledKind, UnitPrice>();
  for (const kind of BILLED_KINDS) {
    const price = priceOf(cells.filter((cell) => cell.kind === kind));
    if (price !== undefined) prices.set(kind, price);
  }
  const [minutes, hour] = [prices.get('cacheWrite5m'), prices.get('cacheWrite1h')];
  const { numerator, denominator } = HOUR_RATIO;
  if (hour === undefined && minutes !== undefined) {
    prices.set('cacheWrite1h', { cost: minutes.cost * numerator, quantity: minutes.quantity * denominator });
  } else if (minutes === undefined && hour !== undefined) {
    prices.set('cacheWrite5m', { cost: hour.cost * denominator, quantity: hour.quantity * numerator });
  }
  return prices;
}

function priceOf(cells: readonly QuantityCell[]): UnitPrice | undefined {
  const quantity = bigSum(cells, ({ aws }) => aws);
  return quantity > 0n ? { quantity, cost: bigSum(cells, ({ awsCost }) => awsCost) } : undefined;
}

/** Returns the cost of a quantity at a price; 0 for an unknown one. */
function costAt(price: UnitPrice | undefined, quantity: bigint): bigint {
  return price === undefined ? 0n : roundHalfEven({ numerator: quantity * price.cost, denominator: price.quantity });
}

/** Returns the millionths of cache writes that AWS bills for an hour and the ledger for five minutes; negative vice versa. */
function movedWrites(cells: readonly QuantityCell[]): bigint {
  const differenceOf = (kind: BilledKind): bigint =>
    bigSum(
      cells.filter((cell) => cell.kind === kind),
      ({ aws, ledger }) => aws - ledger,
    );
  const [minutes, hour] = [differenceOf('cacheWrite5m'), differenceOf('cacheWrite1h')];
  if (hour > 0n && minutes < 0n) return hour < -minutes ? hour : -minutes;
  if (hour < 0n && minutes > 0n) return -hour < minutes ? hour : -minutes;
  return 0n;
}

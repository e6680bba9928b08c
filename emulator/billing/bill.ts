import type { Principal } from '../http/auth.ts';
import type { Exchange } from '../http/exchange.ts';
import { GUARDRAIL_UNIT_PRICES, PRICES, type PricedModel, type Prices } from './price-table.ts';

/** Units of one call, by kind. */
export type BilledUnits = Readonly<Record<string, number>>;

/** A call that AWS bills. */
export interface BilledCall {
  operation: string;
  /** Foundation model id; undefined for ApplyGuardrail. */
  model: string | undefined;
  /** The id that was called. */
  modelId: string;
  tier: string;
  latency: string;
  units: BilledUnits;
  /** `aborted`: the client left before the end. `broken`: a fault of the emulator ended the answer. */
  end: 'complete' | 'aborted' | 'broken';
}

/** A line of the bill. */
export interface BillLine extends BilledCall {
  requestId: string;
  region: string;
  /** The assumed role that made the call, with its tags; undefined for the emulator's own identity. */
  principal: Principal | undefined;
  /** USD as decimal text; undefined for a model without a price. */
  usd: string | undefined;
}

export interface Bill {
  lines: BillLine[];
  /** USD of all lines, as decimal text. */
  totalUsd: string;
  /** Lines that were dropped, oldest first, because of the limit. */
  droppedLines: number;
}

type KeptCall = BilledCall & Pick<BillLine, 'requestId' | 'region' | 'principal'>;

const MAX_LINES = 20_000;
const TOKEN_KINDS = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const;
const SCOPE = /Credential=[^/]+\/\d+\/([^/]+)\//;
const PLACES: readonly (readonly [start: string, places: readonly string[]])[] = [
  ['us-gov-', ['us-gov']],
  ['us-', ['us']],
  ['ca-', ['ca', 'us']],
  ['eu-', ['eu']],
  ['ap-southeast-2', ['au', 'apac']],
  ['ap-northeast-1', ['jp', 'apac']],
  ['ap-south-', ['in', 'apac']],
  ['ap-', ['apac']],
];
const TIER_PERCENTS: Readonly<Record<string, bigint>> = { flex: 50n, priority: 175n, reserved: 0n };
const HUNDRED = 100n;

/** Counts what AWS would bill, with separate prices. Lines are priced when the bill is read. */
export class BillBook {
  #calls: KeptCall[] = [];
  #dropped = 0;

  clear(): void {
    this.#calls = [];
    this.#dropped = 0;
  }

  add(exchange: Exchange, call: BilledCall): void {
    const region = SCOPE.exec(exchange.headers['authorization'] ?? '')?.[1] ?? 'unknown';
    this.#calls.push({ ...call, requestId: exchange.requestId, region, principal: exchange.principal });
    if (this.#calls.length <= MAX_LINES) return;
    this.#calls.shift();
    this.#dropped += 1;
  }

  bill(): Bill {
    const costs = this.#calls.map((call) => ({ call, nano: nanoOf(call) }));
    const total = costs.reduce((sum, { nano }) => sum + (nano ?? 0n), 0n);
    return {
      lines: costs.map(({ call, nano }) => ({ ...call, usd: nano === undefined ? undefined : usd(nano) })),
      totalUsd: usd(total),
      droppedLines: this.#dropped,
    };
  }
}

function nanoOf(call: KeptCall): bigint | undefined {
  const priced = call.model === undefined ? undefined : PRICES[call.model];
  if (call.model !== undefined && priced === undefined) return undefined;
  const tokens = priced === undefined ? {} : tokenPrices(priced, call);
  let pico = 0n;
  for (const [kind, count] of Object.entries(call.units)) {
    const price = tokens[kind] ?? BigInt(GUARDRAIL_UNIT_PRICES[kind] ?? 0);
    pico += BigInt(count) * price;
  }
  return divided(pico, 1000n);
}

/** Returns pico-USD for each token, by kind. Each price is rounded once. */
function tokenPrices(priced: PricedModel, { units, modelId, region, tier, latency }: KeptCall): Record<string, bigint> {
  const { prices, percents } = pricesAt(priced, { modelId, region, units });
  const rounded = tier === 'flex' || tier === 'priority' ? priced[tier] : undefined;
  const used = rounded ?? prices;
  if (rounded === undefined && TIER_PERCENTS[tier] !== undefined) percents.push(TIER_PERCENTS[tier]);
  if (latency === 'optimized') percents.push(125n);
  const times = (price: number, more = 1n) =>
    divided(
      percents.reduce((product, percent) => product * percent, BigInt(price) * more),
      HUNDRED ** BigInt(percents.length),
    );
  const [input, output, cacheRead, cacheWrite] = used;
  const values = [times(input), times(output), times(cacheRead), times(cacheWrite), times(input, 2n)];
  return Object.fromEntries(TOKEN_KINDS.map((kind, index) => [kind, values[index]!]));
}

function pricesAt(
  { base, geographyPercent, places, long }: PricedModel,
  { modelId, region, units }: Pick<KeptCall, 'modelId' | 'region' | 'units'>,
): { prices: Prices; percents: bigint[] } {
  const prompt = TOKEN_KINDS.reduce((sum, kind) => sum + (kind === 'output' ? 0 : (units[kind] ?? 0)), 0);
  const prices = long !== undefined && prompt > long.above ? long.prices : base;
  const [, prefix] = /(?:^|\/)(global|us-gov|us|eu|apac|au|jp|in|ca)\.[a-z]+\./.exec(modelId) ?? [];
  if (prefix === 'global') return { prices, percents: [] };
  const here = prefix === undefined ? (PLACES.find(([start]) => region.startsWith(start))?.[1] ?? []) : [prefix];
  const own = here.map((place) => places?.[place]).find((found) => found !== undefined);
  if (own !== undefined) return { prices: own, percents: [] };
  if (here.includes('us-gov')) return { prices, percents: [120n] };
  return { prices, percents: geographyPercent === undefined ? [] : [BigInt(geographyPercent)] };
}

/** Divides and rounds half to even. */
function divided(dividend: bigint, divisor: bigint): bigint {
  const [quotient, rest] = [dividend / divisor, dividend % divisor];
  const isUp = rest * 2n > divisor || (rest * 2n === divisor && quotient % 2n === 1n);
  return isUp ? quotient + 1n : quotient;
}

function usd(nano: bigint): string {
  const [whole, places] = [nano / 1_000_000_000n, nano % 1_000_000_000n];
  const decimals = String(places).padStart(9, '0').replace(/0+$/, '');
  return decimals === '' ? String(whole) : `${whole}.${decimals}`;
}

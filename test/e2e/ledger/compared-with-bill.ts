import type { BillLine } from '../../../emulator/emulator.ts';
import type { LedgerRow } from '../../../src/ledger/rows/ledger-row.ts';
import type { LedgerLine } from '../../../src/usage/ledger-line.ts';
import { until } from '../../support/gateway.ts';
import type { RecordedGateway } from './recorded-rows.ts';

const NANO_DIGITS = 9;

/** A call on one of two bills, in a form that is comparable. */
interface ComparedCall {
  requestId: string;
  region: string;
  tier: string;
  units: Record<string, number>;
  nano: bigint;
}

/** The calls of all rows and of the bill of the emulator, by AWS's id of the request. */
export interface BothBills {
  rows: readonly LedgerRow[];
  counted: ComparedCall[];
  estimated: (ComparedCall & { output: number })[];
  /** Calls of the bill whose answers are complete. */
  complete: ComparedCall[];
  /** The other calls of the bill. */
  incomplete: ComparedCall[];
}

/** Waits until there are so many rows, and as many calls on both bills. */
export async function bothBills(gateway: RecordedGateway, rows: number): Promise<BothBills> {
  const lines = () => gateway.rows.flatMap((row) => row.lines);
  const billed = () => gateway.emulator.bill().lines;
  await until(() => gateway.rows.length >= rows, `${rows} rows`);
  await until(() => billed().length >= lines().length, 'the bill');
  const counted = lines().filter(({ isEstimated }) => !isEstimated);
  const estimated = lines().filter(({ isEstimated }) => isEstimated);
  const isComplete = ({ requestId }: BillLine) => counted.some((line) => line.upstreamRequestId === requestId);
  return {
    rows: gateway.rows,
    counted: counted.map(ofLedger).toSorted(byId),
    estimated: estimated.map((line) => ({ ...ofLedger(line), output: outputOf(line) })).toSorted(byId),
    complete: billed().filter(isComplete).map(ofBill).toSorted(byId),
    incomplete: billed()
      .filter((line) => !isComplete(line))
      .map(ofBill)
      .toSorted(byId),
  };
}

export function totalNano(calls: readonly { nano: bigint }[]): bigint {
  return calls.reduce((sum, { nano }) => sum + nano, 0n);
}

/** Returns the sum of a counter of costs in nano-USD. */
export async function countedNano(gateway: RecordedGateway, counter: string): Promise<bigint> {
  const text = await (await gateway.send('/metrics')).text();
  const values = [...text.matchAll(new RegExp(`^outcrop_${counter}_usd_total\\{[^}]*\\} (\\S+)$`, 'gm'))];
  return BigInt(Math.round(values.reduce((sum, [, value]) => sum + Number(value), 0) * 10 ** NANO_DIGITS));
}

function ofLedger({ upstreamRequestId, region, tier, units, listCostNano }: LedgerLine): ComparedCall {
  return {
    requestId: upstreamRequestId ?? '',
    region,
    tier,
    units: Object.fromEntries(units.map(({ kind, count }) => [kind, count])),
    nano: BigInt(listCostNano),
  };
}

function ofBill({ requestId, region, tier, units, usd = '0' }: BillLine): ComparedCall {
  const used = Object.entries(units).filter(([, count]) => count > 0);
  const [whole = '0', places = ''] = usd.split('.');
  return {
    requestId,
    region,
    tier,
    units: Object.fromEntries(used),
    nano: BigInt(whole + places.padEnd(NANO_DIGITS, '0')),
  };
}

function outputOf({ units }: LedgerLine): number {
  return units.find(({ kind }) => kind === 'output')?.count ?? 0;
}

function byId(one: ComparedCall, other: ComparedCall): number {
  return one.requestId < other.requestId ? -1 : 1;
}

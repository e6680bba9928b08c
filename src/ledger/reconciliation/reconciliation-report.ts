import { formatUsd, roundHalfEven } from '../../usage/money.ts';
import { BILLED_KINDS } from './bill/billed-line.ts';
import type { BillSums } from './bill/bill-sums.ts';
import type { ComparedBill, ComparedModelDay } from './compare-bill.ts';
import { DRIFT_CAUSES, magnitude, ratio, units } from './drift/drift-causes.ts';
import { type SideCost, bigSum } from './drift/model-day.ts';
import type { ComparedCost, ComparedTotal, ModelDayReport, Reconciliation } from './reconciliation.ts';
import { UTC_DAY_MS, utcDay } from '../time/utc-time.ts';

const PICO_IN_NANO = 1_000n;
/** Days after which AWS's sums of a day rarely change. */
const PROVISIONAL_DAYS = 3;
/** Models on days in a report. All are summed. */
const MAX_LISTED_DAYS = 5_000;
const PERCENT_SCALE = 1_000_000n;
const PERCENT_DIVISOR = 10_000;

/** What a report is made of. */
export interface ReportParts {
  readonly month: string;
  readonly from: string;
  readonly to: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly files: number;
  readonly bill: BillSums;
  readonly compared: ComparedBill;
  readonly maxDriftPercent: number;
}

/** Formats a comparison. The drift of settled days decides whether it is within the limit. */
export function reconciliationReport(parts: ReportParts): Reconciliation {
  const { bill, compared, files, from, maxDriftPercent, month, now, to } = parts;
  const settledUntil = utcDay(now - PROVISIONAL_DAYS * UTC_DAY_MS);
  const isSettled = ({ day }: ComparedModelDay): boolean => day < settledUntil;
  const settledDays = compared.modelDays.filter(isSettled);
  const settled = totalOf(settledDays);
  const listed = listedDays(compared.modelDays);
  return {
    month,
    from,
    to,
    computedAt: new Date(now).toISOString(),
    isWithinLimit: Math.max(settled.list.driftPercent, settled.contract.driftPercent) <= maxDriftPercent,
    maxDriftPercent,
    bill: {
      files,
      lines: bill.lines,
      bedrockLines: bill.usageLines,
      otherMonthLines: bill.otherMonthLines,
      assumedListLines: bill.assumedListLines,
    },
    settled,
    provisional: totalOf(compared.modelDays.filter((each) => !isSettled(each))),
    otherUsers: costText({
      list: bigSum(compared.modelDays, ({ others }) => others.list),
      contract: bigSum(compared.modelDays, ({ others }) => others.contract),
    }),
    otherAccounts: {
      list: picoUsd(bigSum(compared.otherAccounts, ({ listPico }) => listPico)),
      accounts: new Set(compared.otherAccounts.map(({ account }) => account)).size,
    },
    ...billParts(bill),
    causes: causeSums(settledDays),
    days: listed.map((each) => modelDayReport(each, !isSettled(each))),
    omittedDays: compared.modelDays.length - listed.length,
  };
}

/** Returns the model days to list: those with the largest drift if there are too many, in their order. */
function listedDays(days: readonly ComparedModelDay[]): readonly ComparedModelDay[] {
  if (days.length <= MAX_LISTED_DAYS) return days;
  const driftOf = ({ aws, ledger }: ComparedModelDay): bigint => magnitude(aws.list - ledger.list);
  const largest = days.toSorted((left, right) => (driftOf(left) < driftOf(right) ? 1 : -1)).slice(0, MAX_LISTED_DAYS);
  const kept = new Set(largest);
  return days.filter((day) => kept.has(day));
}

function billParts(bill: BillSums): Pick<Reconciliation, 'adjustments' | 'uncompared' | 'attribution'> {
  return {
    adjustments: [...bill.adjustments].map(([type, { amountPico, inNetPico, lines }]) => ({
      type,
      lines,
      amount: picoUsd(amountPico),
      inNetCost: picoUsd(-inNetPico),
    })),
    uncompared: bill.uncompared.map(({ account, amountPico, lines, product, reason, what }) => ({
      reason,
      awsAccount: account,
      what,
      product,
      lines,
      amount: picoUsd(amountPico),
    })),
    attribution: [...bill.attributions]
      .sort(([, left], [, right]) => (left.listPico < right.listPico ? 1 : -1))
      .map(([attribution, { contractPico, lines, listPico }]) => ({
        attribution,
        lines,
        ...costText({ list: listPico, contract: contractPico }),
      })),
  };
}

function modelDayReport(day: ComparedModelDay, isProvisional: boolean): ModelDayReport {
  const { aws, ledger } = day;
  return {
    day: day.day,
    account: day.accountName,
    awsAccount: day.account,
    model: day.model,
    isProvisional,
    list: comparedCost(aws.list, ledger.list),
    contract: {
      ...comparedCost(aws.contract, ledger.contract),
      awsFactor: ratio(aws.contract, aws.list),
      ledgerFactor: ratio(ledger.contract, ledger.list),
    },
    otherUsers: costText(day.others),
    quantities: Object.fromEntries(
      BILLED_KINDS.flatMap((kind) => {
        const cells = day.cells.filter((cell) => cell.kind === kind);
        const sides = {
          aws: units(bigSum(cells, (cell) => cell.aws)),
          ledger: units(bigSum(cells, (cell) => cell.ledger)),
        };
        return cells.length === 0 ? [] : [[kind, sides] as const];
      }),
    ),
    causes: day.causes.map(({ cause, evidence, listPico }) => ({ cause, list: picoUsd(listPico), evidence })),
  };
}

function causeSums(days: readonly ComparedModelDay[]): Reconciliation['causes'] {
  return DRIFT_CAUSES.flatMap((cause) => {
    const found = days.flatMap(({ causes }) => causes.filter((each) => each.cause === cause));
    const list = picoUsd(bigSum(found, ({ listPico }) => listPico));
    return found.length === 0 ? [] : [{ cause, list, modelDays: found.length }];
  });
}

function totalOf(days: readonly ComparedModelDay[]): ComparedTotal {
  const sideSum = (side: 'aws' | 'ledger', cost: keyof SideCost): bigint => bigSum(days, (day) => day[side][cost]);
  const absolute = (cost: keyof SideCost): bigint =>
    bigSum(days, ({ aws, ledger }) => magnitude(aws[cost] - ledger[cost]));
  const total = (cost: keyof SideCost) => {
    const [aws, ledger] = [sideSum('aws', cost), sideSum('ledger', cost)];
    return { ...comparedCost(aws, ledger), driftPercent: percent(absolute(cost), aws > ledger ? aws : ledger) };
  };
  return {
    list: total('list'),
    contract: total('contract'),
    absoluteListDrift: picoUsd(absolute('list')),
    absoluteContractDrift: picoUsd(absolute('contract')),
  };
}

/** Returns a share as a percentage with four decimal places. Without a whole, any part is 100 percent. */
function percent(part: bigint, whole: bigint): number {
  if (part === 0n) return 0;
  if (whole <= 0n) return 100;
  return Number(roundHalfEven({ numerator: part * PERCENT_SCALE, denominator: whole })) / PERCENT_DIVISOR;
}

function comparedCost(aws: bigint, ledger: bigint): ComparedCost {
  const [awsNano, ledgerNano] = [nanoOf(aws), nanoOf(ledger)];
  return { aws: formatUsd(awsNano), ledger: formatUsd(ledgerNano), drift: formatUsd(awsNano - ledgerNano) };
}

function costText({ contract, list }: SideCost): { list: string; contract: string } {
  return { list: picoUsd(list), contract: picoUsd(contract) };
}

/** Formats pico-USD as USD with at most nine decimal places. */
function picoUsd(pico: bigint): string {
  return formatUsd(nanoOf(pico));
}

function nanoOf(pico: bigint): bigint {
  return roundHalfEven({ numerator: pico, denominator: PICO_IN_NANO });
}

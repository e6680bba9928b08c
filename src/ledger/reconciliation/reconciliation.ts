import type { AdjustmentType, BilledKind, UncomparedReason } from './bill/billed-line.ts';
import type { DriftCauseName } from './drift/drift-causes.ts';

/** Cost of both sides. USD as decimal text. Drift: AWS's side minus the ledger's. */
export interface ComparedCost {
  aws: string;
  ledger: string;
  drift: string;
}

/** Cost of many models and days. Percentages are shares of the larger side, with four decimal places. */
export interface ComparedTotal {
  list: ComparedCost & { driftPercent: number };
  contract: ComparedCost & { driftPercent: number };
  /** Sums without regard to the sign, so that two errors do not cancel each other out. `driftPercent` is their share. */
  absoluteListDrift: string;
  absoluteContractDrift: string;
}

/** Comparison of a model on a day in an account. */
export interface ModelDayReport {
  day: string;
  /** Name in `bedrock.accounts`; empty for the account of the gateway. */
  account: string;
  awsAccount: string;
  model: string;
  /** True for a day that AWS may still change. */
  isProvisional: boolean;
  list: ComparedCost;
  /** Factors: share of the list cost. */
  contract: ComparedCost & { awsFactor: string; ledgerFactor: string };
  /** Cost of roles that are not the gateway's. No part of the drift. */
  otherUsers: { list: string; contract: string };
  quantities: Partial<Record<BilledKind, { aws: string; ledger: string }>>;
  /** Parts of the list drift, the largest first. */
  causes: { cause: DriftCauseName; list: string; evidence: Readonly<Record<string, string>> }[];
}

/** The result of a comparison of the ledger with AWS's bill. */
export interface Reconciliation {
  /** YYYY-MM. */
  month: string;
  /** First and last compared day. */
  from: string;
  to: string;
  /** ISO 8601, UTC. */
  computedAt: string;
  isWithinLimit: boolean;
  maxDriftPercent: number;
  bill: {
    files: number;
    lines: number;
    bedrockLines: number;
    /** Lines of the month of another billing period. */
    otherMonthLines: number;
    /** Lines without a public price, whose billed cost counts as list cost. */
    assumedListLines: number;
  };
  settled: ComparedTotal;
  provisional: ComparedTotal;
  otherUsers: { list: string; contract: string };
  /** Accounts of the bill that the gateway does not use. */
  otherAccounts: { list: string; accounts: number };
  adjustments: { type: AdjustmentType; lines: number; amount: string; inNetCost: string }[];
  uncompared: {
    reason: UncomparedReason;
    awsAccount: string;
    what: string;
    product: string;
    lines: number;
    amount: string;
  }[];
  attribution: { attribution: string; lines: number; list: string; contract: string }[];
  /** Sums by cause of the settled days. */
  causes: { cause: DriftCauseName; list: string; modelDays: number }[];
  days: ModelDayReport[];
  /** Models on days with a small drift that are not listed. Their costs are part of the sums. */
  omittedDays: number;
}

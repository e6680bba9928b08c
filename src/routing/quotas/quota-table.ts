import { LRUCache } from 'lru-cache';
import type { Model, Target } from '../../models/types/model.ts';
import type { BucketSpec } from '../../shared-state/buckets/bucket.ts';
import {
  ANY_MODEL,
  hasQuotas,
  appliesTo,
  type LimitName,
  mostSpecificRule,
  profileKindOf,
  type QuotaRule,
} from './quota-rule.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Maximum number of remembered pairs of a target and a model. ARNs in requests may name any target. */
const MAX_SCOPES = 2_000;

/**
 * Refill of each limit: steady within a minute, and at midnight UTC for a day. AWS documents neither (2026-11). If Bedrock
 * throttles a request that fits a bucket, the gateway empties the bucket.
 */
const BUCKET_SPECS: Readonly<Record<LimitName, Omit<BucketSpec, 'capacity'>>> = {
  tokensPerMinute: { periodMs: MINUTE_MS, refill: 'steady' },
  requestsPerMinute: { periodMs: MINUTE_MS, refill: 'steady' },
  tokensPerDay: { periodMs: DAY_MS, refill: 'at-once' },
};
const LIMIT_NAMES = Object.keys(BUCKET_SPECS) as LimitName[];

/** One limit of one scope. */
export interface QuotaBucket {
  limit: LimitName;
  /** Unique name in messages, metrics and Redis: `eu-central-1/geo/claude-sonnet-4-6/tokensPerMinute`. */
  name: string;
  /** The quota that AWS grants. This process may have a share of it. */
  quota: number;
  spec: BucketSpec;
}

/** The buckets of one model at one target. A request must fit into all of them. */
export interface QuotaScope {
  /** Equal for targets that share all buckets. */
  key: string;
  buckets: readonly QuotaBucket[];
}

const NO_QUOTAS: QuotaScope = { key: '', buckets: [] };

/** Finds the buckets for a model at a target. Rules of the settings precede discovered rules. */
export class QuotaTable {
  private readonly scopes = new LRUCache<string, QuotaScope>({ max: MAX_SCOPES });

  constructor(
    private readonly rules: readonly QuotaRule[],
    private readonly discovered: readonly QuotaRule[],
    /** Share of every quota that this process may use; 1 if replicas share the buckets. */
    private readonly share: number,
  ) {}

  get isEmpty(): boolean {
    return this.rules.length === 0 && this.discovered.length === 0;
  }

  scopeOf(target: Target, model: Model): QuotaScope {
    const key = `${target.id} ${model.id}`;
    let scope = this.scopes.get(key);
    if (scope === undefined) this.scopes.set(key, (scope = this.createScope(target, model)));
    return scope;
  }

  private createScope(target: Target, model: Model): QuotaScope {
    if (!hasQuotas(target)) return NO_QUOTAS;
    const ofModel = (rules: readonly QuotaRule[]) => rules.filter((rule) => rule.model !== ANY_MODEL);
    const ofAll = (rules: readonly QuotaRule[]) => rules.filter((rule) => rule.model === ANY_MODEL);
    const applicable = [this.rules, this.discovered].map((rules) =>
      rules.filter((rule) => appliesTo(rule, target, model)),
    );
    const buckets = LIMIT_NAMES.flatMap((limit) => [
      ...this.bucket(limit, applicable.map(ofModel), target, model.name),
      ...this.bucket(limit, applicable.map(ofAll), target, ANY_MODEL),
    ]);
    return buckets.length === 0 ? NO_QUOTAS : { key: buckets.map(({ name }) => name).join(' '), buckets };
  }

  private bucket(limit: LimitName, sources: readonly QuotaRule[][], target: Target, model: string): QuotaBucket[] {
    const withLimit = sources.map((rules) => rules.filter((rule) => rule[limit] !== undefined));
    const rule = mostSpecificRule(withLimit.find((rules) => rules.length > 0) ?? []);
    const quota = rule?.[limit];
    if (rule === undefined || quota === undefined) return [];
    const account = target.account === undefined ? '' : `${target.account}:`;
    // A quota for all models together counts all kinds of profiles, unless its rule names one.
    const kind = model === ANY_MODEL ? rule.profile : profileKindOf(target);
    const name = [`${account}${target.region}`, ...(kind === undefined ? [] : [kind]), model, limit].join('/');
    return [{ limit, name, quota, spec: { ...BUCKET_SPECS[limit], capacity: quota * this.share } }];
  }
}

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
/** Targets times models whose buckets are remembered; ARNs in requests may name any. */
const MOST_PLACES = 2_000;

/**
 * How limits fill up again. That of a minute drop by drop; that of a day at midnight UTC. AWS documents neither
 * (2026-11): what is refused there although it fits here empties the bucket.
 */
const LAWS: Readonly<Record<LimitName, Omit<BucketSpec, 'capacity'>>> = {
  tokensPerMinute: { periodMs: MINUTE_MS, refill: 'steady' },
  requestsPerMinute: { periodMs: MINUTE_MS, refill: 'steady' },
  tokensPerDay: { periodMs: DAY_MS, refill: 'at-once' },
};
const LIMIT_NAMES = Object.keys(LAWS) as LimitName[];

/** One limit of one place. */
export interface QuotaBucket {
  limit: LimitName;
  /** Names it in messages, metrics and Redis: `eu-central-1/geo/claude-sonnet-4-6/tokensPerMinute`. */
  name: string;
  /** What AWS grants, of which this process may have a share. */
  quota: number;
  law: BucketSpec;
}

/** The buckets of one model at one target, all of which a request has to pass. */
export interface QuotaScope {
  /** The same for targets that share all of them. */
  key: string;
  buckets: readonly QuotaBucket[];
}

const NO_QUOTAS: QuotaScope = { key: '', buckets: [] };

/** Which buckets a request goes through: from rules of the settings first, then from what was discovered. */
export class QuotaTable {
  private readonly places = new LRUCache<string, QuotaScope>({ max: MOST_PLACES });

  constructor(
    private readonly rules: readonly QuotaRule[],
    private readonly discovered: readonly QuotaRule[],
    /** This process's part of every quota, 1 where buckets are shared. */
    private readonly share: number,
  ) {}

  get isEmpty(): boolean {
    return this.rules.length === 0 && this.discovered.length === 0;
  }

  placeOf(target: Target, model: Model): QuotaScope {
    const key = `${target.id} ${model.id}`;
    let place = this.places.get(key);
    if (place === undefined) this.places.set(key, (place = this.make(target, model)));
    return place;
  }

  private make(target: Target, model: Model): QuotaScope {
    if (!hasQuotas(target)) return NO_QUOTAS;
    const ofModel = (rules: readonly QuotaRule[]) => rules.filter((rule) => rule.model !== ANY_MODEL);
    const ofAll = (rules: readonly QuotaRule[]) => rules.filter((rule) => rule.model === ANY_MODEL);
    const holding = [this.rules, this.discovered].map((rules) =>
      rules.filter((rule) => appliesTo(rule, target, model)),
    );
    const buckets = LIMIT_NAMES.flatMap((limit) => [
      ...this.bucket(limit, holding.map(ofModel), target, model.name),
      ...this.bucket(limit, holding.map(ofAll), target, ANY_MODEL),
    ]);
    return buckets.length === 0 ? NO_QUOTAS : { key: buckets.map(({ name }) => name).join(' '), buckets };
  }

  private bucket(limit: LimitName, sources: readonly QuotaRule[][], target: Target, model: string): QuotaBucket[] {
    const saying = sources.map((rules) => rules.filter((rule) => rule[limit] !== undefined));
    const rule = mostSpecificRule(saying.find((rules) => rules.length > 0) ?? []);
    const quota = rule?.[limit];
    if (rule === undefined || quota === undefined) return [];
    const account = target.account === undefined ? '' : `${target.account}:`;
    // All models together are counted over all kinds of profiles, unless the rule is about one.
    const kind = model === ANY_MODEL ? rule.profile : profileKindOf(target);
    const name = [`${account}${target.region}`, ...(kind === undefined ? [] : [kind]), model, limit].join('/');
    return [{ limit, name, quota, law: { ...LAWS[limit], capacity: quota * this.share } }];
  }
}

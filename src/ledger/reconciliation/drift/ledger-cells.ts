import type { DatabaseService } from '../../../database/database.service.ts';
import type { BilledKind } from '../bill/billed-line.ts';
import { dayAfter } from '../../time/utc-time.ts';

/** Sums of the ledger for a day, from its quarter hours in UTC. */
export interface LedgerCell {
  /** Name in `bedrock.accounts`; empty for the account of the gateway. */
  readonly account: string;
  readonly day: string;
  readonly model: string;
  readonly tier: string;
  readonly region: string;
  readonly quantities: Readonly<Record<BilledKind, bigint>>;
  readonly calls: bigint;
  readonly estimatedCalls: bigint;
  readonly listNano: bigint;
  readonly contractNano: bigint;
  /** Part of `contractNano` that is an estimate. */
  readonly estimatedNano: bigint;
}

/** Reads the sums of a day. Throws DatabaseUnavailableError if the database cannot be used. */
export async function readLedgerDay(database: DatabaseService, day: string): Promise<LedgerCell[]> {
  const rows = await database.query((db) =>
    db
      .selectFrom('ledger_quarter_hour')
      .where('quarter', '>=', day)
      .where('quarter', '<', dayAfter(day, 1))
      .groupBy(['account', 'model', 'tier', 'region'])
      .orderBy('account')
      .orderBy('model')
      .orderBy('tier')
      .orderBy('region')
      .select(['account', 'model', 'tier', 'region'])
      .select(({ fn }) => [
        fn.sum<bigint | string>('input_tokens').as('input'),
        fn.sum<bigint | string>('output_tokens').as('output'),
        fn.sum<bigint | string>('cache_read_tokens').as('cache_read'),
        fn.sum<bigint | string>('cache_write_tokens').as('cache_write'),
        fn.sum<bigint | string>('cache_write_1h_tokens').as('cache_write_1h'),
        fn.sum<bigint | string>('images').as('images'),
        fn.sum<bigint | string>('guardrail_units').as('guardrail'),
        fn.sum<bigint | string>('calls').as('calls'),
        fn.sum<bigint | string>('estimated_calls').as('estimated_calls'),
        fn.sum<bigint | string>('list_cost').as('list'),
        fn.sum<bigint | string>('contract_cost').as('contract'),
        fn.sum<bigint | string>('estimated_cost').as('estimated'),
      ])
      .execute(),
  );
  return rows.map(({ account, model, region, tier, ...sums }) => {
    const cacheWrite1h = BigInt(sums.cache_write_1h);
    return {
      account,
      day,
      model,
      tier,
      region,
      quantities: {
        input: BigInt(sums.input),
        output: BigInt(sums.output),
        cacheRead: BigInt(sums.cache_read),
        cacheWrite5m: BigInt(sums.cache_write) - cacheWrite1h,
        cacheWrite1h,
        image: BigInt(sums.images),
        guardrail: BigInt(sums.guardrail),
      },
      calls: BigInt(sums.calls),
      estimatedCalls: BigInt(sums.estimated_calls),
      listNano: BigInt(sums.list),
      contractNano: BigInt(sums.contract),
      estimatedNano: BigInt(sums.estimated),
    };
  });
}

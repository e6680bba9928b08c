import { claudeLine, type FakeLine, GATEWAY_SESSION, novaLine, OTHER_SESSION, RESEARCH_ACCOUNT } from './fake-bill.ts';
import { describedDrift, driftOf, fakeCell, reconciled } from './fake-ledger.ts';

/** A million tokens of input for 4 USD, and 100,000 of output for 2 USD. */
const INPUT = claudeLine({ tokens: 1_000_000, usd: '4', what: 'input_tokens_global_standard' });
const OUTPUT = claudeLine({ tokens: 100_000, usd: '20', what: 'output_tokens_global_standard' });
const BILLED = [INPUT, OUTPUT];
const QUANTITIES = { input: 1_000_000n, output: 100_000n };
const RECORDED = fakeCell({ quantities: QUANTITIES, listNano: 6_000_000_000n });

const nova = (tokens: number, usd: string, what: string) => novaLine({ tokens, usd, what });
const novaCell = fakeCell({
  model: 'nova-pro',
  region: 'us-east-1',
  quantities: { input: 1_000_000n },
  listNano: 800_000_000n,
});

describe('the drift of a model on a day', () => {
  it('is zero without a cause where both sides agree', async () => {
    expect(await driftOf(BILLED, [RECORDED])).toEqual({ drift: '0', causes: [], evidence: {} });
  });

  it('names aborted streams, as far as the estimate costs', async () => {
    // The ledger estimated 120,000 tokens of output for 2.40 USD, of which 0.80 USD are an estimate.
    const estimated = fakeCell({
      quantities: { input: 1_000_000n, output: 120_000n },
      listNano: 6_400_000_000n,
      estimatedCalls: 2n,
      estimatedNano: 800_000_000n,
    });
    expect(await driftOf(BILLED, [estimated])).toEqual({
      drift: '-0.4',
      causes: ['aborted_streams -0.4'],
      evidence: { estimatedCostUsd: '0.8', estimatedCalls: '2', calls: '10' },
    });
    const smaller = { ...estimated, estimatedNano: 100_000_000n };
    expect(await driftOf(BILLED, [smaller])).toMatchObject({
      causes: ['missing_from_bill -0.3', 'aborted_streams -0.1'],
    });
  });

  it('names the lifetime of cache writes, also where one side has one of them only', async () => {
    const write = (tokens: number, usd: string, what: string) => claudeLine({ tokens, usd, what });
    const hour = write(1_000_000, '8', 'cache_write_tokens_1h_global_standard');
    const recorded = fakeCell({
      quantities: { ...QUANTITIES, cacheWrite5m: 1_000_000n },
      listNano: 11_000_000_000n,
    });
    expect(await driftOf([...BILLED, hour], [recorded])).toEqual({
      drift: '3',
      causes: ['cache_lifetime 3'],
      evidence: { tokensForAnHourOnTheBillOnly: '1000000' },
    });
    const both = [
      write(600_000, '8', 'cache_write_tokens_1h_global_standard'),
      write(400_000, '5', 'cache_write_tokens_global_standard'),
    ];
    expect(await driftOf([...BILLED, ...both], [recorded])).toMatchObject({
      drift: '1.8',
      causes: ['cache_lifetime 1.8'],
    });
    const minutes = write(1_000_000, '5', 'cache_write_tokens_global_standard');
    const asHour = fakeCell({ quantities: { ...QUANTITIES, cacheWrite1h: 1_000_000n }, listNano: 14_000_000_000n });
    expect(await driftOf([...BILLED, minutes], [asHour])).toMatchObject({ drift: '-3', causes: ['cache_lifetime -3'] });
  });

  it('names the tier, in whole and in part', async () => {
    expect(await driftOf([nova(1_000_000, '0.4', 'input-tokens-flex')], [novaCell])).toMatchObject({
      drift: '-0.4',
      causes: ['tier -0.4'],
      evidence: { flex: 'bill 1000000, ledger 0', default: 'bill 0, ledger 1000000' },
    });
    const half = [nova(500_000, '0.4', 'input-tokens-flex'), nova(500_000, '0.8', 'input-tokens')];
    expect(await driftOf(half, [novaCell])).toMatchObject({ drift: '-0.2', causes: ['tier -0.2'] });
  });

  it('names the region', async () => {
    const elsewhere = nova(500_000, '1', 'input-tokens');
    const lines = [nova(500_000, '0.8', 'input-tokens'), { ...elsewhere, product_region_code: 'eu-west-1' }];
    expect(await driftOf(lines, [novaCell])).toMatchObject({
      drift: '0.1',
      causes: ['region 0.1'],
      evidence: { 'eu-west-1': 'bill 500000, ledger 0', 'us-east-1': 'bill 500000, ledger 1000000' },
    });
    // An export without regions is compared without them.
    expect(
      await driftOf(
        lines.map((line) => ({ ...line, product_region_code: '' })),
        [novaCell],
      ),
    ).toMatchObject({
      causes: ['price_change 0.1'],
    });
  });

  it('names a surcharge of geographies', async () => {
    const billed = [
      claudeLine({ tokens: 1_000_000, usd: '4.4', what: 'input_tokens_standard' }),
      claudeLine({ tokens: 100_000, usd: '22', what: 'output_tokens_standard' }),
    ];
    expect(await driftOf(billed, [RECORDED])).toEqual({
      drift: '0.6',
      causes: ['geography 0.6'],
      evidence: {
        ledgerCostUsd: '6',
        ledgerAtPricesOfTheBillUsd: '6.6',
        ratio: '1.1000',
        tokensAtGlobalPrices: '0',
        tokensOnTheBill: '1100000',
      },
    });
    const recorded = { ...RECORDED, listNano: 6_600_000_000n, contractNano: 6_600_000_000n };
    expect(await driftOf(BILLED, [recorded])).toMatchObject({ drift: '-0.6', causes: ['geography -0.6'] });
  });

  it('names another unit price of the same quantities', async () => {
    const billed = [claudeLine({ tokens: 1_000_000, usd: '5', what: 'input_tokens_global_standard' }), OUTPUT];
    expect(await driftOf(billed, [RECORDED])).toMatchObject({
      drift: '1',
      causes: ['price_change 1'],
      evidence: { ratio: '1.1667' },
    });
  });

  it('names missing rows where the role of the gateway made the calls, else probable other users', async () => {
    const more = claudeLine({ tokens: 1_500_000, usd: '4', what: 'input_tokens_global_standard' });
    const evidence = { input: 'bill 1500000, ledger 1000000' };
    expect(await driftOf([more, OUTPUT], [RECORDED])).toEqual({ drift: '2', causes: ['missing_rows 2'], evidence });
    const unknown = [more, OUTPUT].map((line) => ({ ...line, line_item_iam_principal: '' }));
    expect(await driftOf(unknown, [RECORDED])).toEqual({
      drift: '2',
      causes: ['other_users 2'],
      evidence: { ...evidence, caller: 'unknown' },
    });
    expect(await driftOf(BILLED, [])).toMatchObject({ drift: '6', causes: ['missing_rows 6'] });
  });

  it('does not contain what other roles of the account used', async () => {
    const others = claudeLine(
      { tokens: 750_000, usd: '4', what: 'input_tokens_global_standard' },
      { line_item_iam_principal: OTHER_SESSION },
    );
    const { days, otherUsers } = await reconciled([...BILLED, others], [RECORDED]);
    expect(days.map(describedDrift)).toMatchObject([{ drift: '0', causes: [] }]);
    expect([days[0]!.otherUsers, otherUsers]).toEqual([
      { list: '3', contract: '3' },
      { list: '3', contract: '3' },
    ]);
  });

  it('names what the bill lacks', async () => {
    expect(await driftOf([OUTPUT], [RECORDED])).toMatchObject({ drift: '-4', causes: ['missing_from_bill -4'] });
    const day = fakeCell({ ...RECORDED, day: '2026-11-11' });
    const { days } = await reconciled(BILLED, [RECORDED, day]);
    expect(describedDrift(days[1]!)).toMatchObject({ drift: '-6', causes: ['missing_from_bill -6'] });
  });

  it('splits several causes exactly', async () => {
    // 3 USD of cache lifetime, 2 USD of missing rows, and 0.40 USD less than the estimate.
    const billed = [
      claudeLine({ tokens: 1_500_000, usd: '4', what: 'input_tokens_global_standard' }),
      OUTPUT,
      claudeLine({ tokens: 1_000_000, usd: '8', what: 'cache_write_tokens_1h_global_standard' }),
    ];
    const recorded = fakeCell({
      quantities: { input: 1_000_000n, output: 120_000n, cacheWrite5m: 1_000_000n },
      listNano: 11_400_000_000n,
      estimatedNano: 400_000_000n,
    });
    expect(await driftOf(billed, [recorded])).toMatchObject({
      drift: '4.6',
      causes: ['cache_lifetime 3', 'missing_rows 2', 'aborted_streams -0.4'],
    });
  });
});

describe('the contract cost', () => {
  const discounted = (factor: string): FakeLine[] =>
    BILLED.map((line, index) => ({ ...line, line_item_net_unblended_cost: index === 0 ? factor : '1.7' }));

  it('is compared with the net cost', async () => {
    const agreed = { ...RECORDED, contractNano: 5_100_000_000n };
    const { days, settled } = await reconciled(discounted('3.4'), [agreed]);
    expect(days[0]!.contract).toEqual({
      aws: '5.1',
      ledger: '5.1',
      drift: '0',
      awsFactor: '0.8500',
      ledgerFactor: '0.8500',
    });
    expect([settled.list.driftPercent, settled.contract.driftPercent]).toEqual([0, 0]);
  });

  it('drifts where the ledger has another factor', async () => {
    const { days, isWithinLimit, settled } = await reconciled(discounted('3.4'), [RECORDED]);
    expect(days[0]!.contract).toMatchObject({ drift: '-0.9', awsFactor: '0.8500', ledgerFactor: '1.0000' });
    expect([isWithinLimit, settled.contract.driftPercent, settled.list.driftPercent]).toEqual([false, 15, 0]);
  });
});

describe('a month', () => {
  it('with taxes, credits, refunds and discounts does not drift', async () => {
    const others = ['Tax', 'Credit', 'Refund', 'EdpDiscount', 'BundledDiscount'].map((type, index) => ({
      ...INPUT,
      line_item_line_item_type: type,
      line_item_unblended_cost: `-${index}.5`,
    }));
    const { adjustments, isWithinLimit, settled } = await reconciled([...BILLED, ...others], [RECORDED]);
    expect(adjustments.map(({ amount, type }) => `${type} ${amount}`)).toEqual([
      'tax -0.5',
      'credit -1.5',
      'refund -2.5',
      'edpDiscount -3.5',
      'bundledDiscount -4.5',
    ]);
    expect([isWithinLimit, settled.list]).toEqual([true, { aws: '6', ledger: '6', drift: '0', driftPercent: 0 }]);
  });

  it('with late lines of a day agrees once they are there', async () => {
    const early = [INPUT];
    const late = claudeLine({ tokens: 100_000, usd: '20', what: 'output_tokens_global_standard' });
    expect((await reconciled(early, [RECORDED])).isWithinLimit).toBe(false);
    expect((await reconciled([...early, late], [RECORDED])).isWithinLimit).toBe(true);
  });

  it('has provisional days, which do not count', async () => {
    const recent = fakeCell({ ...RECORDED, day: '2026-11-27' });
    const older = fakeCell({ ...RECORDED, day: '2026-11-26' });
    const { days, isWithinLimit, provisional, settled } = await reconciled([], [recent]);
    expect([days[0]!.isProvisional, isWithinLimit, provisional.list.drift]).toEqual([true, true, '-6']);
    expect(settled.list.drift).toBe('0');
    expect((await reconciled([], [older])).days[0]!.isProvisional).toBe(false);
  });

  it('does not let errors of both directions cancel each other out', async () => {
    const day = fakeCell({ ...RECORDED, day: '2026-11-11' });
    const { settled } = await reconciled(BILLED, [day]);
    expect(settled.list).toEqual({ aws: '6', ledger: '6', drift: '0', driftPercent: 200 });
    expect(settled.absoluteListDrift).toBe('12');
  });

  it('keeps accounts apart, and demands the own one where it is not clear', async () => {
    const research = { line_item_usage_account_id: RESEARCH_ACCOUNT, line_item_iam_principal: GATEWAY_SESSION };
    const lines = [
      ...BILLED,
      claudeLine({ tokens: 500_000, usd: '4', what: 'input_tokens_global_standard' }, research),
    ];
    const cells = [
      RECORDED,
      fakeCell({ account: 'research', quantities: { input: 500_000n }, listNano: 2_000_000_000n }),
    ];
    const { days } = await reconciled(lines, cells);
    expect(days.map(({ account, awsAccount, list }) => [account, awsAccount, list.aws, list.drift])).toEqual([
      ['', '111122223333', '6', '0'],
      ['research', RESEARCH_ACCOUNT, '2', '0'],
    ]);
    const third = claudeLine(
      { tokens: 1_000_000, usd: '7', what: 'input_tokens_global_standard' },
      { line_item_usage_account_id: '777788889999' },
    );
    await expect(reconciled([...lines, third], cells)).rejects.toThrow('Set bedrock.accountId');
    const named = { own: '111122223333', named: new Map([['research', RESEARCH_ACCOUNT]]) };
    const report = await reconciled([...lines, third], cells, named);
    expect([report.otherAccounts, report.settled.list.drift]).toEqual([{ list: '7', accounts: 1 }, '0']);
  });

  it('sums the causes of settled days', async () => {
    const more = claudeLine({ tokens: 1_500_000, usd: '4', what: 'input_tokens_global_standard' });
    const { causes } = await reconciled([more, OUTPUT], [RECORDED]);
    expect(causes).toEqual([{ cause: 'missing_rows', list: '2', modelDays: 1 }]);
  });
});

import { utimes, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { billFolder, readContent, readFolder } from './bill-files.ts';
import {
  claudeLine,
  FAKE_COLUMNS,
  fakeCsv,
  fakeCsvGz,
  type FakeLine,
  novaLine,
  OTHER_SESSION,
  RESEARCH_ACCOUNT,
  STORAGE_LINE,
} from './fake-bill.ts';
import { fakeParquet } from './fake-parquet.ts';

/** Reads the only cell of a bill with one line. */
async function cellOf(line: FakeLine) {
  const { cells, uncompared } = await readContent('a.csv', fakeCsv([line]));
  return cells[0] ?? uncompared[0];
}

describe('a line of the bill', () => {
  it('of the marketplace has the model of its service, and its billed cost as public cost', async () => {
    const line = claudeLine({ tokens: 1_234_567, usd: '4', what: 'input_tokens_global_standard' });
    const sums = await readContent('a.csv', fakeCsv([line, STORAGE_LINE]));
    expect(sums.cells).toEqual([
      {
        account: '111122223333',
        day: '2026-11-10',
        model: 'claude-opus-5-5',
        kind: 'input',
        tier: 'default',
        place: 'global',
        region: 'us-west-2',
        caller: 'gateway',
        quantityMicro: 1_234_567_000_000n,
        listPico: 4_938_268_000_000n,
        contractPico: 4_938_268_000_000n,
      },
    ]);
    expect([sums.lines, sums.usageLines, sums.assumedListLines]).toEqual([2, 1, 1]);
  });

  it.each([
    ['InputTokenCount', 'input', 'region'],
    ['OutputTokenCount_Global', 'output', 'global'],
    ['CacheReadInputTokenCount', 'cacheRead', 'region'],
    ['CacheWriteInputTokenCount_Global', 'cacheWrite5m', 'global'],
    ['CacheWrite1hInputTokenCount', 'cacheWrite1h', 'region'],
    ['cache_write_tokens_1h_global_standard', 'cacheWrite1h', 'global'],
    ['cache_write_tokens_standard', 'cacheWrite5m', 'region'],
    ['output_tokens_long_ctx_global_standard', 'output', 'global'],
  ])('with the usage type %s counts %s at the price of %s', async (what, kind, place) => {
    expect(await cellOf(claudeLine({ tokens: 10, usd: '1', what }))).toMatchObject({ kind, place });
  });

  it.each([
    ['input-tokens', 'input', 'default'],
    ['output-tokens-flex', 'output', 'flex'],
    ['input-tokens-priority', 'input', 'priority'],
    ['cache-read-input-token-count', 'cacheRead', 'default'],
    ['cache-write-input-token-count', 'cacheWrite5m', 'default'],
    ['input-tokens-cross-region-global', 'input', 'default'],
  ])('of Nova with the usage type %s counts %s in the tier %s', async (what, kind, tier) => {
    const cell = await cellOf(novaLine({ tokens: 1_500, usd: '0.8', what }));
    expect(cell).toMatchObject({
      model: 'nova-pro',
      kind,
      tier,
      quantityMicro: 1_500_000_000n,
      listPico: 1_200_000_000n,
    });
  });

  it.each([
    [
      'a foundation model',
      'arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-3-5-sonnet-20240620-v1:0',
      'claude-3-5-sonnet',
    ],
    [
      'another version',
      'arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-3-5-sonnet-20241022-v2:0',
      'claude-3-5-sonnet-v2',
    ],
    [
      'a profile',
      'arn:aws:bedrock:us-west-2:111122223333:inference-profile/us.anthropic.claude-opus-4-6-v1',
      'claude-opus-4-6',
    ],
  ])('with the resource of %s has its model', async (_name, resource, model) => {
    const line = claudeLine({ tokens: 1, usd: '1', what: 'InputTokenCount', model: 'Claude Next' });
    expect(await cellOf({ ...line, line_item_resource_id: resource })).toMatchObject({ model });
  });

  it('names the model in the usage type of the other endpoint', async () => {
    const line = novaLine({ tokens: 1_000, usd: '1', what: 'mantle-input-tokens-standard', name: 'zai.glm-5' });
    expect(await cellOf(line)).toMatchObject({ model: 'glm-5', kind: 'input' });
  });

  it('counts units of a thousand tokens where the description names them', async () => {
    const line = claudeLine({ tokens: 2_000_000, usd: '1', what: 'InputTokenCount' });
    const description = 'AWS Marketplace software usage|us-east-1|thousand Input Tokens Regional';
    expect(await cellOf({ ...line, line_item_line_item_description: description })).toMatchObject({
      quantityMicro: 2_000_000_000n,
    });
  });

  it('counts units of guardrails and images', async () => {
    const units = { line_item_usage_amount: '12', pricing_unit: 'Text Units' };
    const line = novaLine({ tokens: 0, usd: '0', what: 'ContentPolicyUnitsConsumed', name: 'Guardrail' });
    expect(await cellOf({ ...line, ...units })).toMatchObject({
      model: 'guardrail',
      kind: 'guardrail',
      quantityMicro: 12_000_000n,
    });
    const image = {
      line_item_usage_type: 'USE1-NovaMultimodalEmbeddings-input-image',
      pricing_unit: 'Images',
      line_item_usage_amount: '3',
    };
    expect(await cellOf({ ...line, ...image })).toMatchObject({
      model: 'nova-2-multimodal-embeddings',
      kind: 'image',
      quantityMicro: 3_000_000n,
    });
  });

  it('with a net cost has the contract cost without discounts of the whole bill', async () => {
    const line = claudeLine({ tokens: 1_000_000, usd: '10', what: 'InputTokenCount' });
    const net = {
      line_item_net_unblended_cost: '7.6',
      discount: '{"edp_discount":-0.4,"private_rate_discount":-2,"total_discount":-2.4}',
    };
    const sums = await readContent('a.csv', fakeCsv([{ ...line, ...net }]));
    expect(sums.cells[0]).toMatchObject({ listPico: 10_000_000_000_000n, contractPico: 8_000_000_000_000n });
    expect(sums.adjustments.get('edpDiscount')).toEqual({ lines: 0, amountPico: 0n, inNetPico: 400_000_000_000n });
  });

  it('keeps callers apart, and attributes by tag, profile and role', async () => {
    const line = claudeLine({ tokens: 1_000_000, usd: '1', what: 'InputTokenCount' });
    const profile = 'arn:aws:bedrock:us-west-2:111122223333:application-inference-profile/abc123';
    const sums = await readContent(
      'a.csv',
      fakeCsv([
        { ...line, tags: '{"iamPrincipal/team":"search"}' },
        { ...line, line_item_resource_id: profile },
        { ...line, line_item_iam_principal: OTHER_SESSION },
        { ...line, line_item_iam_principal: '' },
        { ...line, line_item_usage_account_id: RESEARCH_ACCOUNT },
      ]),
    );
    expect(sums.cells.map(({ account, caller }) => `${account} ${caller}`)).toEqual([
      '111122223333 gateway',
      '111122223333 other',
      '111122223333 unknown',
      '444455556666 unknown',
    ]);
    expect([...sums.attributions.keys()]).toEqual([
      'tag:team=search',
      'profile:abc123',
      'principal:notebooks',
      '',
      'principal:outcrop',
    ]);
  });
});

describe('lines that are not usage', () => {
  it('are summed by type, and none is dropped', async () => {
    const line = claudeLine({ tokens: 1_000_000, usd: '10', what: 'InputTokenCount' });
    const adjusted = (type: string, cost: string): FakeLine => ({
      ...line,
      line_item_line_item_type: type,
      line_item_unblended_cost: cost,
    });
    const sums = await readContent(
      'a.csv',
      fakeCsv([
        line,
        adjusted('Tax', '1.9'),
        adjusted('Credit', '-3'),
        adjusted('Refund', '-0.5'),
        adjusted('Refund', '-0.25'),
        adjusted('EdpDiscount', '-1'),
        adjusted('BundledDiscount', '-0.1'),
        adjusted('PrivateRateDiscount', '-2'),
        adjusted('SppDiscount', '-0.2'),
        adjusted('SavingsPlanNegation', '-4'),
        adjusted('Fee', '100'),
        adjusted('Gift', '7'),
      ]),
    );
    const amounts = [...sums.adjustments].map(([type, { amountPico, lines }]) => [
      type,
      lines,
      Number(amountPico) / 1e12,
    ]);
    expect(amounts).toEqual([
      ['tax', 1, 1.9],
      ['credit', 1, -3],
      ['refund', 2, -0.75],
      ['edpDiscount', 1, -1],
      ['bundledDiscount', 1, -0.1],
      ['privateRateDiscount', 1, -2],
      ['solutionProviderDiscount', 1, -0.2],
      ['savingsPlan', 1, -4],
      ['fee', 1, 100],
    ]);
    expect(sums.uncompared).toMatchObject([
      { reason: 'lineType', what: 'Gift', lines: 1, amountPico: 7_000_000_000_000n },
    ]);
    // Only the private rate changes the contract cost.
    expect(sums.cells).toMatchObject([{ listPico: 10_000_000_000_000n, contractPico: 8_000_000_000_000n }]);
  });

  it('that cannot be compared are listed with their reason and sum', async () => {
    const line = novaLine({ tokens: 1_000, usd: '1', what: 'input-tokens' });
    const sums = await readContent(
      'a.csv',
      fakeCsv([
        { ...line, line_item_usage_type: 'USE1-NovaPro-input-tokens-batch' },
        { ...line, line_item_usage_type: 'USE1-NovaPro-ProvisionedThroughput-NoCommit-ModelUnits' },
        { ...line, line_item_usage_type: 'USE1-Unheard-of' },
        { ...line, line_item_usage_type: 'USE1-Nameless9-input-tokens' },
        { ...line, pricing_unit: 'furlongs' },
        { ...line, line_item_currency_code: 'CNY' },
        { ...line, line_item_usage_amount: 'many' },
        { ...line, line_item_usage_amount: '1e999' },
      ]),
    );
    expect(sums.cells).toEqual([]);
    expect(sums.uncompared.map(({ amountPico, lines, reason }) => [reason, lines, amountPico])).toEqual([
      ['operation', 1, 1_000_000_000n],
      ['operation', 1, 1_000_000_000n],
      ['usageType', 1, 1_000_000_000n],
      ['model', 1, 1_000_000_000n],
      ['unit', 1, 1_000_000_000n],
      ['currency', 1, 1_000_000_000n],
      ['number', 2, 0n],
    ]);
  });

  it('of another month are counted only', async () => {
    const line = novaLine({ tokens: 1_000, usd: '1', what: 'input-tokens', day: '2026-10-31' });
    const sums = await readContent('a.csv', fakeCsv([line]));
    expect([sums.cells, sums.otherMonthLines]).toEqual([[], 1]);
  });
});

describe('files of the bill', () => {
  const lines = [
    claudeLine({ tokens: 300, usd: '5.5', what: 'input_tokens_standard' }),
    novaLine({ tokens: 1_000, usd: '0.8', what: 'input-tokens' }),
  ];

  it('have the same sums as CSV, compressed, with other line ends, and in parts', async () => {
    const csv = fakeCsv(lines);
    const plain = await readContent('a.csv', csv);
    expect(plain.cells).toHaveLength(2);
    for (const [name, content] of [
      ['a.csv.gz', fakeCsvGz(lines)],
      ['b.csv', csv.replaceAll('\n', '\r\n')],
      ['c.csv', `\uFEFF${csv.trimEnd()}`],
      ['d.csv', csv.replaceAll('us-west-2', '"us-west-2"')],
      ['e.csv.gz', Buffer.concat([gzipSync(csv.slice(0, 900)), gzipSync(csv.slice(900))])],
    ] as const) {
      expect([name, (await readContent(name, content)).cells]).toEqual([name, plain.cells]);
    }
    const parts = await billFolder({
      'p1.csv': fakeCsv([lines[0]!]),
      'p2.csv': fakeCsv([lines[1]!], FAKE_COLUMNS.toReversed()),
      'note.txt': 'x',
    });
    expect((await readFolder(parts)).cells).toEqual(plain.cells);
  });

  it('have the same sums as Parquet, in all row groups', async () => {
    const tagged = { ...lines[0]!, tags: '{"iamPrincipal/team":"search"}' };
    const many = [...lines, ...lines, tagged, STORAGE_LINE];
    const [csv, parquet] = [
      await readContent('a.csv', fakeCsv(many)),
      await readContent('a.parquet', fakeParquet(many)),
    ];
    expect(parquet.cells).toEqual(csv.cells);
    expect([...parquet.attributions]).toEqual([...csv.attributions]);
    expect([parquet.lines, parquet.usageLines]).toEqual([6, 5]);
  });

  it('of another month and of older versions of the export do not count', async () => {
    const folder = await billFolder({});
    const write = async (path: string, content: string, at: number) => {
      await mkdir(join(folder, path), { recursive: true });
      await writeFile(join(folder, path, 'bill.csv'), content);
      await utimes(join(folder, path, 'bill.csv'), at, at);
    };
    await write('data/BILLING_PERIOD=2026-11/20261112T00-1', fakeCsv([lines[0]!]), 1_000);
    await write('data/BILLING_PERIOD=2026-11/20261113T00-2', fakeCsv(lines), 2_000);
    await write('data/BILLING_PERIOD=2026-10/20261213T00-3', fakeCsv([...lines, ...lines]), 3_000);
    expect((await readFolder(folder)).usageLines).toBe(2);
    await expect(readFolder(folder, '2026-09')).rejects.toThrow('has no .csv');
  });

  it.each([
    ['an empty file', 'a.csv', '', 'a.csv: The file is empty'],
    ['another CSV', 'a.csv', 'a,b\n1,2\n', 'lacks the columns line_item_usage_account_id'],
    ['a column twice', 'a.csv', `${FAKE_COLUMNS.join(',')},product\n`, 'a column twice'],
    ['a torn line', 'a.csv', fakeCsv(lines).slice(0, -5), 'The file is not complete'],
    ['a torn quote', 'a.csv', `${fakeCsv(lines)}"`, 'within a quoted cell'],
    ['a torn gzip', 'a.csv.gz', fakeCsvGz(lines).subarray(0, -20), 'unexpected end of file'],
    ['bytes that are no gzip', 'a.csv.gz', 'hello', 'incorrect header'],
    ['a huge cell', 'a.csv', `${FAKE_COLUMNS.join(',')}\n${'x'.repeat(70_000)}`, 'A cell has more than'],
    [
      'a huge cell within quotes',
      'a.csv',
      `${FAKE_COLUMNS.join(',')}\n"${'x\n'.repeat(70_000)}`,
      'A cell has more than',
    ],
    ['a huge record', 'a.csv', `${FAKE_COLUMNS.join(',')}\n${'abcdefghi,'.repeat(200_000)}`, 'has more than'],
    ['no Parquet', 'a.parquet', 'x'.repeat(100), 'the mark of Parquet'],
    ['a short Parquet', 'a.parquet', 'PAR1', 'too short'],
    [
      'a Parquet with a torn footer',
      'a.parquet',
      Buffer.concat([Buffer.alloc(50), Buffer.from([40, 0, 0, 0]), Buffer.from('PAR1')]),
      'a.parquet: ',
    ],
    [
      'a Parquet with a huge footer',
      'a.parquet',
      Buffer.concat([Buffer.alloc(50), Buffer.from([0, 0, 0, 64]), Buffer.from('PAR1')]),
      'too long',
    ],
  ])('are refused as a whole: %s', async (_name, file, content, message) => {
    await expect(readContent(file, content)).rejects.toMatchObject({
      name: 'BillError',
      message: expect.stringContaining(message),
    });
  });

  it('that grow a thousandfold are refused', async () => {
    const bomb = Buffer.concat([Buffer.from(`${FAKE_COLUMNS.join(',')}\n`), Buffer.alloc(70 * 1_048_576, '\n')]);
    const before = process.memoryUsage.rss();
    const compressed = gzipSync(bomb, { level: 1 });
    expect(compressed.length).toBeLessThan(400_000);
    await expect(readContent('a.csv.gz', compressed)).rejects.toThrow('The content has more than 67108864 bytes');
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1_048_576);
  });
});

import type { DatabaseService } from '../../src/database/database.service.ts';
import { ReportingZone } from '../../src/ledger/rollups/reporting-zone.ts';
import type { LedgerRow } from '../../src/ledger/rows/ledger-row.ts';
import { allocateCost } from '../../src/ledger/export/allocate-cost.ts';
import { decimalCell } from '../../src/ledger/export/focus/charge-csv.ts';
import { publisherOf } from '../../src/ledger/export/focus/publisher.ts';
import { LedgerStore } from '../../src/ledger/writer/ledger-store.ts';
import { costNanoOf } from '../../src/usage/money.ts';
import type { PricedUnit } from '../../src/usage/prices/price-book.ts';
import { describeSqlite } from '../database/databases.ts';
import { chargeFile, parseCsv, sumOfUsd } from './charge-files.ts';
import { readAll } from './ledger-database.ts';
import { ledgerLine, ledgerRow } from './ledger-rows.ts';

const DAY = '2026-11-29';
const at = (hour: number, minute = 0): number => Date.parse(`${DAY}T00:00:00Z`) + hour * 3_600_000 + minute * 60_000;

/** Returns a row with a line for each list of units, with exact costs. */
function pricedRow(fields: Partial<LedgerRow>, ...lines: PricedUnit[][]): LedgerRow {
  const priced = lines.map((units, index) =>
    ledgerLine({
      at: fields.at ?? at(1),
      target: 'eu-west-1/eu.anthropic.claude-sonnet-4-5-v1:0',
      model: index === 0 ? 'claude-sonnet-4-5' : 'claude-haiku-4-5',
      units,
      listCostNano: costNanoOf(units),
      contractCostNano: costNanoOf(
        units.map(({ count, unitPricePico, contractPricePico }) => ({
          count,
          unitPricePico: contractPricePico ?? unitPricePico,
        })),
      ),
    }),
  );
  const sum = (cost: 'listCostNano' | 'contractCostNano') => priced.reduce((total, line) => total + line[cost], 0);
  return ledgerRow({
    at: at(1),
    ...fields,
    lines: priced,
    listCostNano: sum('listCostNano'),
    contractCostNano: sum('contractCostNano'),
  });
}

const ODD: PricedUnit[] = [
  { kind: 'input', count: 333, unitPricePico: 3_333_333, contractPricePico: 2_833_333 },
  { kind: 'output', count: 7, unitPricePico: 15_000_001, contractPricePico: 12_750_001 },
  { kind: 'cacheRead', count: 1, unitPricePico: 8_750 },
  { kind: 'cacheWrite1h', count: 5, unitPricePico: 6_000_000 },
];

async function write(database: DatabaseService, rows: readonly LedgerRow[], zone = 'UTC'): Promise<void> {
  await new LedgerStore(database, new ReportingZone(zone)).write(rows);
}

describeSqlite('charges', (test) => {
  it('have one row for each hour, owner, model and kind of unit, with the columns of FOCUS', async () => {
    const database = await test.connect();
    const units: PricedUnit[] = [
      { kind: 'input', count: 1_000, unitPricePico: 3_000_000, contractPricePico: 2_700_000 },
      { kind: 'output', count: 20, unitPricePico: 15_000_000, contractPricePico: 13_500_000 },
    ];
    await write(database, [
      pricedRow({ at: at(1, 5) }, units),
      pricedRow({ at: at(1, 59) }, units, units),
      pricedRow({ at: at(2) }, units),
      ledgerRow({ at: at(2), lines: [], listCostNano: 0, contractCostNano: 0, status: 'refused' }),
    ]);
    const charges = parseCsv(String(await chargeFile(database, { from: DAY })));
    expect(charges.map((row) => [row['ChargePeriodStart'], row['x_ModelName'], row['x_TokenType']])).toEqual([
      [`${DAY}T01:00:00Z`, 'claude-haiku-4-5', 'input'],
      [`${DAY}T01:00:00Z`, 'claude-haiku-4-5', 'output'],
      [`${DAY}T01:00:00Z`, 'claude-sonnet-4-5', 'input'],
      [`${DAY}T01:00:00Z`, 'claude-sonnet-4-5', 'output'],
      [`${DAY}T02:00:00Z`, 'claude-sonnet-4-5', 'input'],
      [`${DAY}T02:00:00Z`, 'claude-sonnet-4-5', 'output'],
    ]);
    expect(charges[2]).toMatchObject({
      BilledCost: '0.0054',
      EffectiveCost: '0.0054',
      ContractedCost: '0.0054',
      ListCost: '0.006',
      ListUnitPrice: '3',
      ContractedUnitPrice: '2.7',
      PricingQuantity: '0.002',
      PricingUnit: '1000000 Tokens',
      ConsumedQuantity: '2000',
      ConsumedUnit: 'Tokens',
      BillingAccountId: 'unknown',
      BillingCurrency: 'USD',
      BillingPeriodStart: '2026-11-01T00:00:00Z',
      BillingPeriodEnd: '2026-12-01T00:00:00Z',
      ChargePeriodEnd: `${DAY}T02:00:00Z`,
      ChargeCategory: 'Usage',
      ChargeClass: '',
      ChargeDescription: 'claude-sonnet-4-5: Input Tokens, profile eu',
      ServiceCategory: 'AI and Machine Learning',
      ServiceName: 'Amazon Bedrock',
      ProviderName: 'AWS',
      PublisherName: 'Anthropic',
      RegionId: 'eu-west-1',
      ResourceId: 'eu.anthropic.claude-sonnet-4-5-v1:0',
      ResourceType: 'inference-profile',
      SkuId: 'claude-sonnet-4-5/input',
      SkuPriceId: 'claude-sonnet-4-5/input/eu-west-1/eu/default',
      x_CallCount: '2',
      x_RequestCount: '2',
      x_IsEstimated: 'false',
    });
    expect(JSON.parse(charges[2]!['Tags']!)).toEqual({
      team: 'team_1',
      team_id: 'team_1',
      application: 'app_1',
      application_id: 'app_1',
      cost_center: 'CC-1',
      key: 'key_1',
    });
    expect(charges.reduce((sum, row) => sum + Number(row['x_CallCount']), 0)).toBe(4);
    expect(charges.reduce((sum, row) => sum + Number(row['x_RequestCount']), 0)).toBe(3);
  });

  it.each([undefined, 3])('sum up to the sums of the ledger exactly, with at most %s held charges', async (maxHeld) => {
    const database = await test.connect();
    const rows = Array.from({ length: 60 }, (_row, index) =>
      pricedRow(
        { at: at(index % 24, index), team: `team_${index % 4}`, key: `key_${index % 7}`, principal: `p_${index % 3}` },
        ODD.map((unit) => ({ ...unit, count: unit.count * (index + 1) })),
        ...(index % 2 === 0 ? [ODD.slice(index % 3)] : []),
      ),
    );
    // A row that costs more than its lines, as a correction may.
    rows.push(ledgerRow({ at: at(5), lines: [], listCostNano: 17, contractCostNano: 16 }));
    await write(database, rows);
    const charges = parseCsv(String(await chargeFile(database, { from: DAY, ...(maxHeld && { maxHeld }) })));
    for (const team of ['team_0', 'team_1', 'team_2', 'team_3']) {
      const own = charges.filter((row) => (JSON.parse(row['Tags']!) as { team: string }).team === team);
      const [sums] = await readAll(
        database,
        `select list_cost, contract_cost, input_tokens from ledger_rollup where dimension = 'team' and period = '${DAY}' and member = '${team}'`,
      );
      const inputs = own.filter((row) => row['x_TokenType'] === 'input');
      expect({
        list_cost: String(sumOfUsd(own.map((row) => row['ListCost']!))),
        contract_cost: String(sumOfUsd(own.map((row) => row['BilledCost']!))),
      }).toEqual({ list_cost: sums!['list_cost'], contract_cost: sums!['contract_cost'] });
      expect(inputs.reduce((sum, row) => sum + Number(row['ConsumedQuantity']), 0)).toBeGreaterThan(0);
    }
    const usage = charges.filter((row) => row['ChargeCategory'] === 'Usage');
    const [quarters] = await readAll(
      database,
      'select cast(sum(list_cost) as bigint) as list, cast(sum(contract_cost) as bigint) as contract, cast(sum(input_tokens) as bigint) as input, cast(sum(calls) as bigint) as calls from ledger_quarter_hour',
    );
    const total = (column: string, of = usage) => of.reduce((sum, row) => sum + BigInt(row[column]!), 0n);
    expect({
      list: String(sumOfUsd(usage.map((row) => row['ListCost']!))),
      contract: String(sumOfUsd(usage.map((row) => row['EffectiveCost']!))),
      input: String(
        total(
          'ConsumedQuantity',
          usage.filter((row) => row['x_TokenType'] === 'input'),
        ),
      ),
      calls: String(total('x_CallCount')),
    }).toEqual(quarters);
    // Unit price times quantity is the cost, but for the rounding of each call to nano-USD.
    for (const row of usage) {
      const exact = Number(row['ListUnitPrice']) * Number(row['PricingQuantity']);
      expect(Math.abs(exact - Number(row['ListCost']))).toBeLessThan(
        1e-9 * Math.max(1, Number(row['x_CallCount']), 60),
      );
    }
  });

  it('are the same file each time', async () => {
    const database = await test.connect();
    await write(
      database,
      Array.from({ length: 30 }, (_row, index) => pricedRow({ at: at(3, index), key: `key_${index % 5}` }, ODD)),
    );
    for (const format of ['csv', 'parquet'] as const) {
      const [first, second] = [
        await chargeFile(database, { format, from: DAY }),
        await chargeFile(database, { format, from: DAY }),
      ];
      expect(first.equals(second)).toBe(true);
    }
  });

  it('escape what a spreadsheet would run, and keep the rest of a text', async () => {
    const database = await test.connect();
    const hostile = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', 'a,"b"\r\n=c', "it's", 'ünï'];
    await write(
      database,
      hostile.map((text, index) => {
        const row = pricedRow({ at: at(index), team: text, costCenter: text }, ODD.slice(0, 1));
        return { ...row, lines: row.lines.map((line) => ({ ...line, model: text, region: text })) };
      }),
    );
    const charges = parseCsv(String(await chargeFile(database, { from: DAY })));
    expect(charges.map((row) => row['RegionId'])).toEqual(
      hostile.map((text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)),
    );
    expect(charges.map((row) => (JSON.parse(row['Tags']!) as { cost_center: string }).cost_center)).toEqual(hostile);
    for (const row of charges) {
      for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+@\t\r]/);
    }
  });

  it('mark corrections and estimates', async () => {
    const database = await test.connect();
    const row = pricedRow({ at: at(4) }, ODD.slice(0, 1));
    await write(database, [
      { ...row, isEstimated: true, lines: row.lines.map((line) => ({ ...line, isEstimated: true })) },
    ]);
    await database.query((db) => db.updateTable('ledger_row').set({ corrects_id: 'earlier' }).execute());
    await database.query((db) => db.updateTable('ledger_row').set({ list_cost: -5n, contract_cost: -7n }).execute());
    const [rest, usage] = parseCsv(String(await chargeFile(database, { from: DAY })));
    expect(usage).toMatchObject({ x_IsEstimated: 'true', ChargeClass: 'Correction', ChargeCategory: 'Usage' });
    expect(rest).toMatchObject({ ChargeCategory: 'Adjustment', ConsumedQuantity: '', PricingUnit: '' });
    expect(sumOfUsd([usage!['BilledCost']!, rest!['BilledCost']!])).toBe(-7n);
  });

  it('read only the days of the range', async () => {
    const database = await test.connect();
    const day = 86_400_000;
    await write(
      database,
      [-1, 0, 23, 24].map((hour) => pricedRow({ at: at(hour) }, ODD.slice(0, 1))),
    );
    const starts = async (from: string, to: string) =>
      parseCsv(String(await chargeFile(database, { from, to }))).map((row) => row['ChargePeriodStart']);
    expect(await starts(DAY, DAY)).toEqual([`${DAY}T00:00:00Z`, `${DAY}T23:00:00Z`]);
    expect(await starts(new Date(at(0) - day).toISOString().slice(0, 10), '2026-11-30')).toHaveLength(4);
    expect(await starts('2026-10-01', '2026-10-02')).toEqual([]);
  });
});

describe('allocateCost', () => {
  it.each([
    [3n, [1_500n, 1_500n], [2n, 1n]],
    [0n, [400n, 100n], [0n, 0n]],
    [1n, [400n, 300n], [1n, 0n]],
    [7n, [], []],
    [-4n, [2_000n, 1_000n], [-5n, 1n]],
  ])('divides %s', (cost, picos, parts) => {
    expect(allocateCost(cost, picos)).toEqual(parts);
  });
});

describe('decimalCell', () => {
  it.each([
    [0n, 9, '0'],
    [1n, 9, '0.000000001'],
    [-1n, 9, '-0.000000001'],
    [1_500_000_000n, 9, '1.5'],
    [12n, 0, '12'],
    [9_007_199_254_740_993_000_000_001n, 9, '9007199254740993.000000001'],
  ])('writes %s with %s places as %s', (unscaled, scale, text) => {
    expect(decimalCell(unscaled, scale)).toBe(text);
  });
});

describe('publisherOf', () => {
  it.each([
    ['us.anthropic.claude-opus-4-1-v1:0', 'claude-opus-4-1', 'Anthropic'],
    ['amazon.nova-pro-v1:0', 'nova-pro', 'AWS'],
    ['openai.gpt-oss-120b-1:0', 'gpt-oss-120b', 'OpenAI'],
    ['application-inference-profile/abc', 'claude-opus-4-1', 'Anthropic'],
    [undefined, 'guardrail', 'AWS'],
  ])('returns the publisher of %s', (resource, model, publisher) => {
    expect(publisherOf(resource, model)).toBe(publisher);
  });
});

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LedgerStore } from '../../src/ledger/writer/ledger-store.ts';
import { ReportingZone } from '../../src/ledger/rollups/reporting-zone.ts';
import { describeDatabases } from '../database/databases.ts';
import { pythonTools } from '../support/python-tools.ts';
import { chargeFile, parseCsv, sumOfUsd } from './charge-files.ts';
import { readAll } from './ledger-database.ts';
import { ledgerLine, ledgerRow } from './ledger-rows.ts';

const DAY = '2026-11-29';
const START = Date.parse(`${DAY}T00:00:00Z`);

const tools = await pythonTools();
const withTools = tools ? it : it.skip;

/** Reads a file with another implementation of Parquet: types of the columns, sums of the decimals, and the first row. */
const READER = `
import json, sys
from decimal import Decimal
import pyarrow.parquet
table = pyarrow.parquet.read_table(sys.argv[1])
rows = table.to_pylist()
decimals = [field.name for field in table.schema if str(field.type).startswith('decimal')]
print(json.dumps({
  'types': {field.name: str(field.type) + ('' if field.nullable else ' not null') for field in table.schema},
  'rows': len(rows),
  'groups': pyarrow.parquet.ParquetFile(sys.argv[1]).num_row_groups,
  'sums': {name: format(sum((row[name] or Decimal(0) for row in rows), Decimal(0)), 'f') for name in decimals},
  'first': {name: str(value) for name, value in rows[0].items()},
}))
`;

interface ReadParquet {
  types: Record<string, string>;
  rows: number;
  groups: number;
  sums: Record<string, string>;
  first: Record<string, string>;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outcrop-parquet-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function readParquet(content: Buffer): Promise<ReadParquet> {
  const path = join(folder, 'charges.parquet');
  await writeFile(path, content);
  const { stdout } = await promisify(execFile)(join(tools!, 'python'), ['-c', READER, path]);
  return JSON.parse(stdout) as ReadParquet;
}

describeDatabases('charges as Parquet', (test) => {
  withTools('have the sums of the ledger, read by pyarrow', async () => {
    const database = await test.connect();
    const rows = Array.from({ length: 300 }, (_row, index) => {
      const at = START + index * 280_000;
      return ledgerRow({
        at,
        team: `team ${index % 5} "ü"`,
        key: `key_${index % 17}`,
        listCostNano: 600_000 + index,
        contractCostNano: 540_000 + index,
        lines: [
          ledgerLine({
            at,
            target: 'eu-west-1/eu.anthropic.claude-sonnet-4-5-v1:0',
            listCostNano: 600_000 + index,
            contractCostNano: 540_000 + index,
          }),
        ],
      });
    });
    await new LedgerStore(database, new ReportingZone('UTC')).write(rows);
    const read = await readParquet(await chargeFile(database, { format: 'parquet', from: DAY, maxHeld: 100 }));
    expect(read.types).toMatchObject({
      BilledCost: 'decimal128(38, 9) not null',
      ListUnitPrice: 'decimal128(38, 12)',
      PricingQuantity: 'decimal128(38, 6)',
      ChargePeriodStart: 'timestamp[ms, tz=UTC] not null',
      Tags: 'string not null',
      x_IsEstimated: 'bool not null',
    });
    expect(read.groups).toBeGreaterThan(1);
    const [sums] = await readAll(
      database,
      `select cast(sum(list_cost) as bigint) as list, cast(sum(contract_cost) as bigint) as contract, cast(sum(input_tokens + output_tokens) as bigint) as tokens, cast(sum(requests) as bigint) as requests from ledger_rollup where dimension = 'team' and period = '${DAY}'`,
    );
    expect({
      list: String(sumOfUsd([read.sums['ListCost']!])),
      contract: String(sumOfUsd([read.sums['EffectiveCost']!])),
      tokens: read.sums['ConsumedQuantity'],
      requests: read.sums['x_RequestCount'],
    }).toEqual(sums);
    const csv = parseCsv(String(await chargeFile(database, { from: DAY, maxHeld: 100 })));
    expect(read.rows).toBe(csv.length);
    expect(read.first['ChargePeriodStart']).toBe('2026-11-29 00:00:00+00:00');
    expect(JSON.parse(read.first['Tags']!)).toEqual(JSON.parse(csv[0]!['Tags']!));
  });

  withTools('may be empty', async () => {
    const database = await test.connect();
    const content = await chargeFile(database, { format: 'parquet', from: DAY });
    expect(content.subarray(0, 4).toString()).toBe('PAR1');
    await writeFile(join(folder, 'empty.parquet'), content);
    const script = 'import pyarrow.parquet, sys; print(pyarrow.parquet.read_table(sys.argv[1]).num_rows)';
    const { stdout } = await promisify(execFile)(join(tools!, 'python'), ['-c', script, join(folder, 'empty.parquet')]);
    expect(stdout.trim()).toBe('0');
  });
});

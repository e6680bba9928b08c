import { FOCUS_COLUMNS, type FocusColumn } from '../../src/ledger/export/focus/focus-columns.ts';

const PARTITIONS = `PARTITIONED BY (dt string, hour string)`;
const PROJECTION = `  'projection.enabled' = 'true',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = '2026-01-01,NOW',
  'projection.dt.interval' = '1',
  'projection.dt.interval.unit' = 'DAYS',
  'projection.hour.type' = 'integer',
  'projection.hour.range' = '0,23',
  'projection.hour.digits' = '2'`;

/** Returns the files of deploy/athena that follow from the columns of an export. */
export function athenaTables(): Record<string, string> {
  return { 'charges-parquet.sql': parquetTable(), 'charges-csv.sql': csvTable() };
}

function parquetTable(): string {
  return `CREATE EXTERNAL TABLE bedrock_charges (
${FOCUS_COLUMNS.map((column) => `  ${column.name.toLowerCase()} ${athenaType(column)}`).join(',\n')}
)
${PARTITIONS}
STORED AS PARQUET
LOCATION 's3://finance/outcrop/parquet/'
TBLPROPERTIES (
${PROJECTION},
  'storage.location.template' = 's3://finance/outcrop/parquet/dt=\${dt}/hour=\${hour}/'
);
`;
}

function csvTable(): string {
  return `CREATE EXTERNAL TABLE bedrock_charges_csv (
${FOCUS_COLUMNS.map(({ name }) => `  ${name.toLowerCase()} string`).join(',\n')}
)
${PARTITIONS}
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '"', 'escapeChar' = '\\0')
STORED AS TEXTFILE
LOCATION 's3://finance/outcrop/csv/'
TBLPROPERTIES (
  'skip.header.line.count' = '1',
${PROJECTION},
  'storage.location.template' = 's3://finance/outcrop/csv/dt=\${dt}/hour=\${hour}/'
);

CREATE OR REPLACE VIEW bedrock_charges AS
SELECT
${FOCUS_COLUMNS.map((column) => `  ${typedColumn(column)}`).join(',\n')},
  dt,
  hour
FROM bedrock_charges_csv;
`;
}

function athenaType({ kind }: FocusColumn): string {
  switch (kind.type) {
    case 'text':
      return 'string';
    case 'decimal':
      return `decimal(38, ${kind.scale})`;
    case 'time':
      return 'timestamp';
    case 'flag':
      return 'boolean';
    default:
      return kind satisfies never;
  }
}

function typedColumn(column: FocusColumn): string {
  const name = column.name.toLowerCase();
  switch (column.kind.type) {
    case 'text':
      return `nullif(${name}, '') AS ${name}`;
    case 'time':
      return `cast(from_iso8601_timestamp(${name}) AS timestamp) AS ${name}`;
    case 'decimal':
    case 'flag':
      return `cast(nullif(${name}, '') AS ${athenaType(column)}) AS ${name}`;
    default:
      return column.kind satisfies never;
  }
}

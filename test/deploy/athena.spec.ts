import { readFileSync } from 'node:fs';
import { athenaTables } from '../../scripts/athena/tables.ts';
import { objectKey } from '../../src/ledger/export/delivery/charge-delivery.ts';

describe('deploy/athena', () => {
  it.each(Object.entries(athenaTables()))('has %s with the columns of the export', (file, text) => {
    // Written by `npm run docs:athena`.
    expect(readFileSync(`deploy/athena/${file}`, 'utf8')).toBe(text);
  });

  it.each(['parquet', 'csv'])('finds the objects of the format %s', (format) => {
    const table = athenaTables()[`charges-${format}.sql`]!;
    const [, template] = /'storage.location.template' = 's3:\/\/finance\/outcrop\/([^']+)'/.exec(table)!;
    const folder = template!.replace('${dt}', '2026-11-30').replace('${hour}', '07');
    expect(objectKey('2026-11-30T07', format)).toBe(`${folder}charges.${format}`);
  });
});

/**
 * `npm run bench:nest [-- NAME]`: measures each deviation from NestJS (docs/nest.md) and NestJS's own way in one run.
 */
import 'reflect-metadata';
import { APPLICATION_PAIRS } from './application-pairs.ts';
import { DELTA_PAIRS } from './delta-pairs.ts';
import { GUARD_PAIRS } from './guard-pairs.ts';
import { measurePair } from './paired.ts';
import { measureStart, START_PAIRS } from './start-costs.ts';
import { measureStreamMemory } from './stream-memory.ts';
import { VALIDATION_PAIRS } from './validation-pairs.ts';

/** CPU time of a plain request with 16 connections (docs/performance.md, 2026-11-23). */
const PLAIN_REQUEST_MICROSECONDS = 511;
const STREAM_MEMORY = 'stream: kept by Nest until its end, or not';

const [pattern = ''] = process.argv.slice(2);
await printWork();
await printStarts();
if (STREAM_MEMORY.includes(pattern)) {
  const { nest, gateway } = await measureStreamMemory();
  const row = { name: STREAM_MEMORY, 'Nest bytes': nest, 'gateway bytes': gateway, 'saves bytes': nest - gateway };
  console.table([row]);
}
process.exit(0);

async function printWork(): Promise<void> {
  const rows: object[] = [];
  for (const { name, prepare } of [...GUARD_PAIRS, ...VALIDATION_PAIRS, ...APPLICATION_PAIRS, ...DELTA_PAIRS]) {
    if (!name.includes(pattern)) continue;
    const work = await prepare();
    const { nest, gateway, saved, savedQuartiles } = await measurePair(work);
    work.close?.();
    rows.push({
      name,
      'Nest us': rounded(nest),
      'gateway us': rounded(gateway),
      'saves us': rounded(saved),
      quartiles: savedQuartiles.map(rounded).join(' to '),
      '% of a plain request': rounded((100 * saved) / PLAIN_REQUEST_MICROSECONDS),
    });
  }
  if (rows.length > 0) console.table(rows);
}

async function printStarts(): Promise<void> {
  const rows: object[] = [];
  for (const pair of START_PAIRS.filter(({ name }) => name.includes(pattern))) {
    const { nest, gateway } = await measureStart(pair);
    rows.push({
      name: pair.name,
      'Nest ms': rounded(nest.cpuMs),
      'gateway ms': rounded(gateway.cpuMs),
      'saves ms': rounded(nest.cpuMs - gateway.cpuMs),
      'saves MB': rounded(nest.rssMb - gateway.rssMb),
      'saves files': nest.files - gateway.files,
    });
  }
  if (rows.length > 0) console.table(rows);
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

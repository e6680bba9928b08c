/**
 * `npm run bench:quotas`: what Bedrock's quota does to a workload with and without buckets in front of it, simulated.
 * With `-- --record` the tables are written into docs/quotas.md. The same code gives the same numbers on any machine.
 */
import { Logger } from '@nestjs/common';
import { writeTable } from '../written-table.ts';
import { type Contender, CONTENDERS, hourAt, LOADS, MISTAKES } from './scenarios.ts';
import { type Outcome, simulate } from './simulation.ts';

const HEADER = ['answered', 'throttled by AWS', 'attempts an answer', 'quota used well', 'wait, median', 'wait, 95 %'];

Logger.overrideLogger(false);
const tables = [
  await table(
    'Load, of the quota',
    LOADS.flatMap((load) => CONTENDERS.map((contender) => ({ load, contender }))),
  ),
  await table(
    'Full load',
    MISTAKES.map((contender) => ({ load: 1, contender })),
  ),
].join('\n\n');
console.log(tables);
if (process.argv.includes('--record')) writeTable('docs/quotas.md', tables);

async function table(corner: string, rows: readonly { load: number; contender: Contender }[]): Promise<string> {
  const lines = [`| ${[corner, ...HEADER].join(' | ')} |`, `|---|${'---:|'.repeat(HEADER.length)}`];
  for (const { load, contender } of rows) {
    const outcome = await simulate({ ...hourAt(load), ...contender.with });
    lines.push(`| ${Math.round(load * 100)} %: ${contender.name} | ${cells(outcome).join(' | ')} |`);
  }
  return lines.join('\n');
}

function cells({ offered, answered, throttles, attempts, goodput, waitMedianMs, wait95Ms }: Outcome): string[] {
  return [
    `${((answered / offered) * 100).toFixed(1)} %`,
    String(throttles),
    (attempts / answered).toFixed(2),
    `${(goodput * 100).toFixed(1)} %`,
    `${(waitMedianMs / 1_000).toFixed(1)} s`,
    `${(wait95Ms / 1_000).toFixed(1)} s`,
  ];
}

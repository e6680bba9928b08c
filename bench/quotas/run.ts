/**
 * `npm run bench:quotas`: simulates a workload on a quota of Bedrock, with and without quota buckets in the gateway.
 * `-- --record` writes the tables to docs/quotas.md. The results do not depend on the machine.
 */
import { Logger } from '@nestjs/common';
import { writeTable } from '../written-table.ts';
import { type Contender, CONTENDERS, hourAt, LOADS, MISTAKES, SMALL, SMALL_QUOTA } from './scenarios.ts';
import { type Outcome, type Setting, simulate } from './simulation.ts';

interface Row {
  name: string;
  setting: Setting;
}

const HEADER = ['answered', 'throttled by AWS', 'attempts an answer', 'quota used well', 'wait, median', 'wait, 95 %'];

Logger.overrideLogger(false);
const tables = [
  await table(
    'Load, of a million a minute',
    LOADS.flatMap((load) => CONTENDERS.map((one) => row(hourAt(load), load, one))),
  ),
  await table(
    'A hundred thousand a minute',
    SMALL.map((one) => row(hourAt(0.8, SMALL_QUOTA), 0.8, one)),
  ),
  await table(
    'A million, with another quota at AWS',
    MISTAKES.map((one) => row(hourAt(1), 1, one)),
  ),
].join('\n\n');
console.log(tables);
if (process.argv.includes('--record')) writeTable('docs/quotas.md', tables);

function row(hour: Setting, load: number, { name, with: more }: Contender): Row {
  return { name: `${Math.round(load * 100)} %: ${name}`, setting: { ...hour, ...more } };
}

async function table(corner: string, rows: readonly Row[]): Promise<string> {
  const lines = [`| ${[corner, ...HEADER].join(' | ')} |`, `|---|${'---:|'.repeat(HEADER.length)}`];
  for (const { name, setting } of rows) lines.push(`| ${name} | ${cells(await simulate(setting)).join(' | ')} |`);
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

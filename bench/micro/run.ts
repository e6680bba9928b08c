/** `npm run bench:micro`: measures parts of the hot path separately, in this process. */
import { Bench } from 'tinybench';
import { addLedgerCases } from './ledger-cases.ts';
import { addRequestCases } from './request-cases.ts';
import { addTranslationCases } from './translation-cases.ts';
import { addWireCases } from './wire-cases.ts';

const MS_PER_CASE = 400;

const [pattern = ''] = process.argv.slice(2);
const bench = new Bench({ time: MS_PER_CASE, warmupTime: MS_PER_CASE / 4 });
addTranslationCases(bench);
addWireCases(bench);
await addRequestCases(bench);
addLedgerCases(bench);
for (const { name } of bench.tasks) if (!name.includes(pattern)) bench.remove(name);

await bench.run();
console.table(
  bench.tasks.map(({ name, result }) => {
    if (result.state !== 'completed') return { name, 'median us': result.state };
    const { latency } = result;
    return {
      name,
      'median us': microseconds(latency.p50),
      'p99 us': microseconds(latency.p99),
      'a second': Math.round(1_000 / latency.p50),
    };
  }),
);
const failed = bench.tasks.filter(({ result }) => result.state === 'errored');
for (const { name, result } of failed) console.error(name, 'error' in result ? result.error : '');
if (failed.length > 0) process.exitCode = 1;

function microseconds(milliseconds: number): number {
  return Number((milliseconds * 1_000).toPrecision(3));
}

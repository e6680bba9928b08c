import { writeFileSync } from 'node:fs';
import { BASELINE_FILE, type Baseline } from './baseline.ts';
import { measureAllocation } from './measure.ts';

/** Measures the baseline with which the tests compare later versions, and writes it to bench/baseline.json. */
export async function record(): Promise<void> {
  const { gateway, openStream, scaling } = await measureAllocation();
  const { request, delta } = gateway;
  const baseline: Baseline = {
    node: process.versions.node,
    bytesPerRequest: Math.round(request.bytes),
    operationsPerRequest: Math.round(request.operations),
    bytesPerDelta: Math.round(delta.bytes),
    operationsPerDelta: Math.round(delta.operations),
    bytesPerOpenStream: Math.round(openStream.bytes),
  };
  writeFileSync(BASELINE_FILE, `${JSON.stringify(baseline, null, 2)}\n`);
  console.log(baseline, `An open stream keeps ${openStream.perByte.toFixed(2)} bytes for each byte of a long request.`);
  console.table(
    scaling.map(({ name, few, many }) => ({
      work: name,
      bytes: `${few.bytes.toFixed(0)} > ${many.bytes.toFixed(0)}`,
      operations: `${few.operations.toFixed(1)} > ${many.operations.toFixed(1)}`,
    })),
  );
}

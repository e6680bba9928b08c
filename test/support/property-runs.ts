/**
 * Returns the number of runs of a property: `runs` in `npm run test:all`, a quarter of it in `npm test`, which a developer
 * waits for.
 */
export function propertyRuns(runs: number): number {
  return process.env['OUTCROP_TEST_ALL'] === 'true' ? runs : Math.ceil(runs / 4);
}

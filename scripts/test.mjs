// Runs Jest: `node scripts/test.mjs PROJECT[,PROJECT …] [arguments of Jest]`. The projects are in jest.config.mjs.
import './check-node.mjs';
import { spawn } from 'node:child_process';

const [list, ...options] = process.argv.slice(2);
const projects = list.split(',');
// Properties have all their runs (test/support/property-runs.ts).
const runsAll = projects.includes('slow');
// `npm test` also runs slow specs that its arguments name.
if (projects.includes('application') && options.some((option) => /\bslow\b/.test(option))) projects.push('slow');

const jest = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    ...options,
    '--selectProjects',
    ...projects,
  ],
  { stdio: 'inherit', env: { ...process.env, OUTCROP_TEST_ALL: String(runsAll) } },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => jest.kill(signal));
jest.once('exit', (code) => {
  process.exitCode = code ?? 1;
});

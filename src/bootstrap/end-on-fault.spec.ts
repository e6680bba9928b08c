import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const SECRET = 'XQ7-SECRET-XQ7';
const SCRIPT = `
  import { endOnFault } from ${JSON.stringify(join(import.meta.dirname, 'end-on-fault.ts'))};
  endOnFault();
  const error = Object.assign(new Error(process.argv[1]), { body: process.argv[1] });
  if (process.argv[2] === 'rejection') Promise.reject(error);
  else setTimeout(() => { throw process.argv[2] === 'text' ? process.argv[1] : error; });
`;

it.each(['rejection', 'exception', 'text'])('an unhandled %s ends the process without its message', (kind) => {
  const args = ['--input-type=module', '-e', SCRIPT, SECRET, kind];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stdout + stderr).not.toContain(SECRET);
  expect(JSON.parse(stderr)).toMatchObject({ level: 'fatal', msg: 'an unhandled error ends the process' });
});

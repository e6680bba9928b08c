import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

it('ends without a stack when the reader of its output has ended', async () => {
  const server = createServer((_request, response) => {
    // The reader ends before the command has anything to print.
    child.stdout.destroy();
    const data = Array.from({ length: 100 }, (_, index) => ({
      name: `team-${index}`,
      document: {},
      origin: 'database',
    }));
    setTimeout(() => response.end(JSON.stringify({ data, has_more: false })), 100);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, ['src/cli/admin.ts', 'team', 'list', '--url', url], {
    env: { PATH: process.env['PATH'], OUTCROP_ADMIN_KEY: 'unused' },
  });
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  server.close();
  expect([code, errors]).toEqual([1, '']);
});

/**
 * Commands for teams, applications, keys and the audit of a running gateway, over its admin API: `npm run admin -- COMMAND`, or in
 * the image `dist/cli/admin.js COMMAND`. Imports no code of the gateway with decorators, so that Node runs it without a build.
 */
import { runAdmin } from './run-admin.ts';

// A reader such as `head` may end before the output does. A lost manifest with a secret must not look like a success.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(1);
});

process.exitCode = await runAdmin(process.argv.slice(2), {
  environment: process.env,
  print: (text) => process.stdout.write(text),
  report: (text) => process.stderr.write(text),
  isOutputTerminal: process.stdout.isTTY,
  isErrorTerminal: process.stderr.isTTY,
});

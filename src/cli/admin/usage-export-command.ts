import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type AdminCall, type AdminCommands, positionalArguments, textOption, UsageError } from './admin-command.ts';

export const usageExportCommands: AdminCommands = {
  'usage export': {
    parameters: '',
    summary: 'writes the charges of days to a file, in the columns of FOCUS 1.2',
    options: {
      from: { type: 'string', value: 'DAY', help: 'first day in UTC, such as 2026-11-01' },
      to: { type: 'string', value: 'DAY', help: 'last day in UTC; default: the first day' },
      format: { type: 'string', value: 'FORMAT', help: 'csv or parquet; default: csv' },
      output: { type: 'string', value: 'FILE', help: 'the file to write or replace' },
    },
    notes: ['At most 31 days. The file is complete if the command exits with 0.'],
    run: exportUsage,
  },
};

async function exportUsage(call: AdminCall): Promise<number> {
  positionalArguments(call);
  const [from, output] = [requiredOption(call, 'from'), requiredOption(call, 'output')];
  const query = new URLSearchParams({
    from,
    to: textOption(call, 'to') ?? from,
    format: textOption(call, 'format') ?? 'csv',
  });
  // The name of the file belongs to a complete file only.
  const partial = `${output}.part`;
  try {
    await pipeline(call.client.download(`/usage/export?${query.toString()}`), createWriteStream(partial));
    await rename(partial, output);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  call.terminal.report(`Wrote ${output}\n`);
  return 0;
}

function requiredOption(call: AdminCall, name: string): string {
  const value = textOption(call, name);
  if (value === undefined) throw new UsageError(`--${name} is missing`);
  return value;
}

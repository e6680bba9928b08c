import { parseArgs } from 'node:util';
import { closestName } from '../config/loading/nearest-name.ts';
import { AdminApiError } from './admin/admin-client.ts';
import {
  type AdminCommand,
  type AdminCommands,
  type AdminOptions,
  type AdminTerminal,
  COMMON_OPTIONS,
  parsedOptions,
  UsageError,
} from './admin/admin-command.ts';
import { createAdminClient } from './admin/admin-connection.ts';
import { applyCommands } from './admin/apply/apply-command.ts';
import { auditCommands } from './admin/audit-commands.ts';
import { importCommands } from './admin/litellm/import-command.ts';
import { keyCommands } from './admin/key-commands.ts';
import { objectCommands } from './admin/object-commands.ts';
import { principalCommands } from './admin/principal-commands.ts';
import { quarantineCommands } from './admin/quarantine/quarantine-commands.ts';
import { requestCommands } from './admin/requests/request-commands.ts';
import { ledgerCommands } from './admin/ledger/ledger-commands.ts';
import { usageCommands } from './admin/ledger/usage-commands.ts';
import { usageExportCommands } from './admin/usage-export-command.ts';
import { visibleText } from './admin/printed-text.ts';

const FAILURE = 1;
const WRONG_USAGE = 2;
const COLUMN = 34;

const COMMANDS: AdminCommands = {
  ...objectCommands,
  ...keyCommands,
  ...principalCommands,
  ...applyCommands,
  ...importCommands,
  ...requestCommands,
  ...quarantineCommands,
  ...auditCommands,
  ...usageCommands,
  ...ledgerCommands,
  ...usageExportCommands,
};

/** Runs a command of the administration. Returns the exit code: 0, 1 for a failure, 2 for a wrong command line. */
export async function runAdmin(given: readonly string[], terminal: AdminTerminal): Promise<number> {
  const found = findCommand(given);
  if (found === undefined) return reportUnknownCommand(given, terminal);
  const [name, command] = found;
  const rest = given.slice(name.split(' ').length);
  if (rest.includes('--help')) {
    terminal.print(commandHelp(name, command));
    return 0;
  }
  try {
    const options = parsedOptions({ ...command.options, ...COMMON_OPTIONS });
    const { values, positionals } = parseArgs({ args: [...rest], options, allowPositionals: true });
    const client = createAdminClient(values, terminal);
    return await command.run({ positionals, values, client, terminal });
  } catch (error) {
    return reportError(error, name, terminal);
  }
}

function findCommand(given: readonly string[]): [string, AdminCommand] | undefined {
  for (const name of [given.slice(0, 2).join(' '), given[0] ?? '']) {
    if (Object.hasOwn(COMMANDS, name)) return [name, COMMANDS[name]!];
  }
  return undefined;
}

function reportUnknownCommand(given: readonly string[], terminal: AdminTerminal): number {
  const [first] = given;
  const group = Object.keys(COMMANDS).filter((name) => name.startsWith(`${first} `));
  const isHelp = given.includes('--help') || first === 'help';
  if (isHelp) {
    terminal.print(group.length > 0 ? `${groupLines(group)}\n` : overview());
    return 0;
  }
  if (first === undefined) {
    terminal.report(overview());
    return WRONG_USAGE;
  }
  const written = given
    .slice(0, 2)
    .filter((text) => !text.startsWith('-'))
    .join(' ');
  const guess = closestName(written, Object.keys(COMMANDS));
  terminal.report(
    `unknown command '${visibleText(written)}'${guess === undefined ? '' : `; did you mean '${guess}'?`}\n`,
  );
  terminal.report(group.length > 0 ? `\n${groupLines(group)}\n` : '\nadmin --help lists the commands.\n');
  return WRONG_USAGE;
}

function reportError(error: unknown, name: string, terminal: AdminTerminal): number {
  const { message, code } = error as Error & { code?: string };
  const lines = message.split('\n').map((line) => visibleText(line));
  if (error instanceof UsageError || code?.startsWith('ERR_PARSE_ARGS')) {
    terminal.report(`${lines.join('\n')}\n\nadmin ${name} --help shows the options.\n`);
    return WRONG_USAGE;
  }
  if (error instanceof AdminApiError) {
    const details = [error.code ?? String(error.status), ...(error.param ? [`param ${visibleText(error.param)}`] : [])];
    lines[0] = `${lines[0]} (${details.join(', ')})`;
  }
  terminal.report(`${lines.join('\n')}\n`);
  return FAILURE;
}

function overview(): string {
  return [
    'usage: npm run admin -- COMMAND [OPTIONS], or in the image: dist/cli/admin.js COMMAND [OPTIONS]',
    '',
    groupLines(Object.keys(COMMANDS)),
    '',
    ...optionLines(COMMON_OPTIONS),
    '',
    'COMMAND --help shows the options of a command. Exit codes: 0, 1 for a failure, 2 for a wrong command line.',
    '',
  ].join('\n');
}

function groupLines(names: readonly string[]): string {
  return names
    .map((name) => `  ${`${name} ${COMMANDS[name]!.parameters}`.trimEnd().padEnd(COLUMN)}  ${COMMANDS[name]!.summary}`)
    .join('\n');
}

function commandHelp(name: string, { parameters, summary, options = {}, notes = [] }: AdminCommand): string {
  return [
    `usage: npm run admin -- ${`${name} ${parameters}`.trimEnd()} [OPTIONS]`,
    '',
    `  ${summary}`,
    '',
    ...optionLines({ ...options, ...COMMON_OPTIONS }),
    ...(notes.length === 0 ? [] : ['', ...notes]),
    '',
  ].join('\n');
}

function optionLines(options: AdminOptions): string[] {
  return Object.entries(options).map(([name, { value, help }]) => {
    const option = value === undefined ? `--${name}` : `--${name} ${value}`;
    return `  ${option.padEnd(COLUMN)}  ${help}`;
  });
}

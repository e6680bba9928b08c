import type { ParseArgsOptionsConfig } from 'node:util';
import type { AdminClient } from './admin-client.ts';

/** A mistake in the command line. The process exits with 2. */
export class UsageError extends Error {}

/** What a command reads from its process, and where it writes. */
export interface AdminTerminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Writes to standard error. */
  readonly report: (text: string) => void;
  /** True if standard output, or standard error, is a terminal. */
  readonly isOutputTerminal: boolean;
  readonly isErrorTerminal: boolean;
}

export type OptionValues = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** One call of a command. */
export interface AdminCall {
  readonly positionals: readonly string[];
  readonly values: OptionValues;
  readonly client: AdminClient;
  readonly terminal: AdminTerminal;
}

export interface AdminOption {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** Name of the value in the help. Absent for a flag. */
  readonly value?: string;
  readonly help: string;
}

export type AdminOptions = Readonly<Record<string, AdminOption>>;

export interface AdminCommand {
  /** Arguments after the name of the command, such as `NAME`. */
  readonly parameters: string;
  readonly summary: string;
  readonly options?: AdminOptions;
  /** Lines after the options in the help. */
  readonly notes?: readonly string[];
  /** Returns the exit code. Throws UsageError for a wrong command line. */
  run(call: AdminCall): Promise<number>;
}

/** Commands by name, such as `team create`. */
export type AdminCommands = Readonly<Record<string, AdminCommand>>;

/** Options of all commands. */
export const COMMON_OPTIONS = {
  url: {
    type: 'string',
    value: 'URL',
    help: 'address of the admin API; default: OUTCROP_ADMIN_URL, http://127.0.0.1:8080',
  },
  'key-file': { type: 'string', value: 'FILE', help: 'file with the admin key; default: OUTCROP_ADMIN_KEY' },
  json: { type: 'boolean', help: 'prints JSON' },
  help: { type: 'boolean', help: 'prints this help' },
} as const satisfies AdminOptions;

/** Returns the options in the form of `parseArgs`. */
export function parsedOptions(options: AdminOptions): ParseArgsOptionsConfig {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  );
}

/** Returns the positional arguments. Throws UsageError if there are more or fewer than the names. */
export function positionalArguments({ positionals }: AdminCall, ...names: string[]): string[] {
  if (positionals.length > names.length) throw new UsageError(`unexpected argument '${positionals[names.length]}'`);
  const missing = names[positionals.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing`);
  return [...positionals];
}

/** Returns the text of an option; undefined if it is absent. */
export function textOption({ values }: Pick<AdminCall, 'values'>, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

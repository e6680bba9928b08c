import { runAdmin } from '../../../src/cli/run-admin.ts';

/** Result of a command. */
export interface CommandResult {
  code: number;
  output: string;
  errors: string;
  /** Returns standard output as JSON. */
  json(): object;
}

export interface TestTerminal {
  url: string;
  key?: string;
  isOutputTerminal?: boolean;
  isErrorTerminal?: boolean;
}

/** Runs a command of the administration in this process, as `dist/cli/admin.js` does. */
export async function runCommand(line: string | readonly string[], terminal: TestTerminal): Promise<CommandResult> {
  const { url, key, isOutputTerminal = false, isErrorTerminal = false } = terminal;
  let output = '';
  let errors = '';
  const code = await runAdmin(typeof line === 'string' ? line.split(' ') : line, {
    environment: { OUTCROP_ADMIN_URL: url, OUTCROP_ADMIN_KEY: key },
    print: (text) => void (output += text),
    report: (text) => void (errors += text),
    isOutputTerminal,
    isErrorTerminal,
  });
  return { code, output, errors, json: () => JSON.parse(output) as object };
}

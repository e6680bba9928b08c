import { readFileSync } from 'node:fs';
import { type AdminCall, type AdminCommands, positionalArguments, UsageError } from '../admin-command.ts';
import { type AppliedPlan, planText } from '../apply/plan-text.ts';
import { printObject, visibleText } from '../printed-text.ts';
import { liteLlmDocuments } from './litellm-documents.ts';
import { readLiteLlmRows } from './litellm-rows.ts';

export const importCommands: AdminCommands = {
  'import litellm': {
    parameters: 'FILE',
    summary: 'imports teams, projects, keys and budgets of LiteLLM; its keys stay valid',
    options: { 'dry-run': { type: 'boolean', help: 'prints the plan only' } },
    notes: [
      'docs/migrating-from-litellm.md has the psql command that writes FILE, and what maps to what.',
      'Objects of the same name are replaced. What could not be mapped is listed after the plan.',
    ],
    run: importLiteLlm,
  },
};

async function importLiteLlm(call: AdminCall): Promise<number> {
  const [file] = positionalArguments(call, 'FILE');
  const { documents, notes } = liteLlmDocuments(readLiteLlmRows(readDump(file!)), Date.now());
  if (documents.length === 0) throw new Error(`${file} contains no team, project or key`);
  const body = { documents, ...(call.values['dry-run'] === true && { dryRun: true }) };
  const plan = await call.client.send<AppliedPlan>({ method: 'POST', path: '/import', body });
  if (call.values.json === true) {
    printObject(call, { ...plan, notes });
    return 0;
  }
  call.terminal.print(planText(plan));
  if (notes.length === 0) return 0;
  call.terminal.print(`\nNot mapped, or changed:\n${notes.map((note) => `  ${visibleText(note)}\n`).join('')}`);
  return 0;
}

function readDump(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

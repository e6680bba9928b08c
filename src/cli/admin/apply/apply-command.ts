import { AdminApiError } from '../admin-client.ts';
import { type AdminCall, type AdminCommands, positionalArguments, textOption, UsageError } from '../admin-command.ts';
import { readFolderDocuments, type FolderDocument } from './document-files.ts';
import { type AppliedPlan, planText } from './plan-text.ts';
import { printObject } from '../printed-text.ts';

export const applyCommands: AdminCommands = {
  apply: {
    parameters: 'DIR',
    summary: 'creates and changes objects as the YAML files below a folder define them, all or none',
    options: {
      'dry-run': { type: 'boolean', help: 'prints the plan only' },
      source: { type: 'string', value: 'SOURCE', help: 'such as git:company/llm-access@COMMIT' },
      prune: { type: 'boolean', help: 'removes objects of the same source that the files no longer define' },
    },
    notes: ['Objects with a source are changed by the next apply of that source only, not by other commands.'],
    run: applyFolder,
  },
};

async function applyFolder(call: AdminCall): Promise<number> {
  const [folder] = positionalArguments(call, 'DIR');
  const source = textOption(call, 'source');
  const isPruning = call.values.prune === true;
  if (isPruning && source === undefined) throw new UsageError('--prune needs --source');
  const documents = readFolderDocuments(folder!);
  const body = {
    documents: documents.map(({ document }) => document),
    ...(source !== undefined && { source }),
    ...(isPruning && { prune: true }),
    ...(call.values['dry-run'] === true && { dryRun: true }),
  };
  const plan = await call.client.send<AppliedPlan>({ method: 'POST', path: '/apply', body }).catch((error: unknown) => {
    throw error instanceof AdminApiError ? withPlaces(error, documents) : error;
  });
  if (call.values.json === true) printObject(call, plan);
  else call.terminal.print(planText(plan));
  return 0;
}

/** Returns the error with the place in the files for each `documents[N]`. */
function withPlaces(error: AdminApiError, documents: readonly FolderDocument[]): AdminApiError {
  const { status, code, param } = error;
  const place = (text: string) =>
    text.replaceAll(/documents\[(\d+)\]\.?/g, (path, index: string) => {
      const found = documents[Number(index)]?.place;
      return found === undefined ? path : `${found} `;
    });
  return new AdminApiError(status, { message: place(error.message), code, param: param && place(param).trimEnd() });
}

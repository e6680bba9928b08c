import {
  type AdminCall,
  type AdminCommand,
  type AdminCommands,
  positionalArguments,
  textOption,
} from './admin-command.ts';
import { printObject, printTable } from './printed-text.ts';

interface AuditListItem {
  readonly sequence: number;
  readonly at: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly action: string;
  readonly objectKind?: string;
  readonly objectId?: string;
}

interface DriftEntry {
  readonly kind: string;
  readonly name: string;
  readonly reason: string;
  readonly detail: string;
}

type AuditResult = { valid: true; entries: number } | { valid: false; sequence: number; problem: string };

export const auditCommands: AdminCommands = {
  'audit list': {
    parameters: '',
    summary: 'lists what was changed, by whom and when',
    options: {
      kind: { type: 'string', value: 'KIND', help: 'only objects of the kind, such as Key' },
      object: { type: 'string', value: 'ID', help: 'only the object with the id' },
    },
    run: listAudit,
  },
  'audit verify': {
    parameters: '',
    summary: 'checks the hash chain of the audit; exits with 1 if an entry was changed or removed',
    run: runAuditVerify,
  },
  drift: { parameters: '', summary: 'lists objects that differ from their files', run: listDrift },
  state: showRoute('/state', 'GET', 'shows revision, age of the snapshot, counts and database'),
  models: showRoute('/models', 'GET', 'shows the models of the gateway with their entries of the catalog'),
  targets: showRoute('/targets', 'GET', 'shows the targets of Bedrock with their health'),
  backup: showRoute('/database/backup', 'POST', 'writes a backup to a file on the server; SQLite only'),
};

async function listAudit(call: AdminCall): Promise<number> {
  positionalArguments(call);
  const filters = { kind: textOption(call, 'kind'), object: textOption(call, 'object') };
  const entries = await call.client.list<AuditListItem>('/audit', filters);
  printTable(call, entries, {
    NUMBER: entries.map(({ sequence }) => String(sequence)),
    TIME: entries.map(({ at }) => at),
    ACTOR: entries.map(({ actor }) => `${actor.kind} ${actor.id}`),
    ACTION: entries.map(({ action }) => action),
    OBJECT: entries.map(({ objectKind, objectId }) => [objectKind, objectId].filter(Boolean).join(' ')),
  });
  return 0;
}

async function runAuditVerify(call: AdminCall): Promise<number> {
  positionalArguments(call);
  const result = await call.client.send<AuditResult>({ method: 'GET', path: '/audit/verify' });
  if (call.values.json === true) printObject(call, result);
  else if (result.valid) call.terminal.print(`The audit is complete: ${result.entries} entries.\n`);
  else call.terminal.report(`The audit is not valid at entry ${result.sequence}: ${result.problem}\n`);
  return result.valid ? 0 : 1;
}

async function listDrift(call: AdminCall): Promise<number> {
  positionalArguments(call);
  const { data } = await call.client.send<{ data: DriftEntry[] }>({ method: 'GET', path: '/drift' });
  printTable(call, data, {
    KIND: data.map(({ kind }) => kind),
    NAME: data.map(({ name }) => name),
    REASON: data.map(({ reason }) => reason),
    DETAIL: data.map(({ detail }) => detail),
  });
  return 0;
}

function showRoute(path: string, method: 'GET' | 'POST', summary: string): AdminCommand {
  return {
    parameters: '',
    summary,
    async run(call) {
      positionalArguments(call);
      const body = method === 'POST' ? { body: {} } : {};
      printObject(call, await call.client.send({ method, path, ...body }));
      return 0;
    },
  };
}

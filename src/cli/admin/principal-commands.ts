import type { AdminObject, AdminRequest } from './admin-client.ts';
import {
  type AdminCall,
  type AdminCommand,
  type AdminCommands,
  positionalArguments,
  textOption,
} from './admin-command.ts';
import { changedDocumentFields, documentOptions, documentWithOptions } from './document-options.ts';
import { objectPath, showCommand } from './object-commands.ts';
import { printObject, printTable } from './printed-text.ts';

const PRINCIPAL = { kind: 'principal', path: '/principals', argument: 'ID' } as const;
const TEAM_OPTION = { team: { type: 'string', value: 'TEAM', help: 'team of a team-admin' } } as const;

export const principalCommands: AdminCommands = {
  'principal list': { parameters: '', summary: 'lists people and service accounts', run: listPrincipals },
  'principal show': showCommand(PRINCIPAL),
  'principal identity': {
    parameters: 'ID',
    summary: 'shows email and name of one principal; the audit records it',
    async run(call) {
      const [id] = positionalArguments(call, 'ID');
      printObject(call, await call.client.send({ method: 'GET', path: `${objectPath(PRINCIPAL.path, id!)}/identity` }));
      return 0;
    },
  },
  'principal set': {
    parameters: 'ID',
    summary: 'changes models and limits of one principal',
    options: documentOptions('principal'),
    notes: ["An empty value removes a field, as in --models ''."],
    run: changePrincipal,
  },
  'principal disable': principalStateCommand('disabled', 'rejects requests of one principal'),
  'principal enable': principalStateCommand('active', 'accepts a disabled principal again'),
  'principal erase': {
    parameters: 'ID',
    summary: 'erases one disabled principal from principals and ledger; no sum changes',
    options: { identity: { type: 'boolean', help: 'erases only email and name' } },
    run: erasePrincipal,
  },
  'role list': { parameters: '', summary: 'lists the roles of principals', run: listRoles },
  'role grant': roleCommand('POST', 'gives a role to a principal: admin, auditor, team-admin or member'),
  'role remove': roleCommand('DELETE', 'removes a role from a principal'),
};

async function listPrincipals(call: AdminCall): Promise<number> {
  positionalArguments(call);
  const principals: AdminObject[] = await call.client.list(PRINCIPAL.path);
  printTable(call, principals, {
    ID: principals.map(({ id }) => id),
    STATE: principals.map(({ document }) => document['state']),
    'FIRST SEEN': principals.map(({ createdAt }) => createdAt),
    'LAST SEEN': principals.map(({ updatedAt }) => updatedAt),
  });
  return 0;
}

async function changePrincipal(call: AdminCall): Promise<number> {
  const [id] = positionalArguments(call, 'ID');
  const path = objectPath(PRINCIPAL.path, id!);
  const { document, version } = await call.client.send({ method: 'GET', path });
  const body = changedDocumentFields(document, documentWithOptions('principal', call, document));
  return runForPrincipal(call, 'Changed', () => ({ method: 'PATCH', path, body, ifMatch: version }));
}

function principalStateCommand(state: 'active' | 'disabled', summary: string): AdminCommand {
  const cut = { type: 'boolean', help: 'also ends running requests within two seconds' } as const;
  return {
    parameters: 'ID',
    summary,
    ...(state === 'disabled' && { options: { cut } }),
    run: (call) =>
      runForPrincipal(call, state === 'active' ? 'Enabled' : 'Disabled', (path) => ({
        method: 'PATCH',
        path,
        body: { state, ...(call.values.cut === true && { cut: true }) },
      })),
  };
}

/** Progress of an erasure. */
interface Erasure {
  readonly complete: boolean;
  readonly rows: number;
  readonly sums: number;
  readonly quarantined: number;
}

async function erasePrincipal(call: AdminCall): Promise<number> {
  if (call.values.identity === true) {
    return runForPrincipal(call, 'Erased the identity of', (path) => ({ method: 'DELETE', path: `${path}/identity` }));
  }
  const [id] = positionalArguments(call, 'ID');
  const path = `${objectPath(PRINCIPAL.path, id!)}/erase`;
  const done = { rows: 0, sums: 0, quarantined: 0 };
  for (;;) {
    const { complete, quarantined, rows, sums } = await call.client.send<Erasure>({ method: 'POST', path, body: {} });
    done.rows += rows;
    done.sums += sums;
    done.quarantined += quarantined;
    if (complete) break;
    call.terminal.report(`Erased ${done.rows} rows and ${done.sums} sums. The erasure continues.\n`);
  }
  if (call.values.json === true) printObject(call, { id, erased: true, ...done });
  else
    call.terminal.print(
      `Erased principal ${id}: ${done.rows} rows, ${done.sums} sums, ${done.quarantined} rows in quarantine.\n`,
    );
  return 0;
}

async function runForPrincipal(
  call: AdminCall,
  action: string,
  request: (path: string) => AdminRequest,
): Promise<number> {
  const [id] = positionalArguments(call, 'ID');
  const answer = await call.client.send(request(objectPath(PRINCIPAL.path, id!)));
  if (call.values.json === true) printObject(call, answer);
  else call.terminal.print(`${action} principal ${id}.\n`);
  return 0;
}

async function listRoles(call: AdminCall): Promise<number> {
  positionalArguments(call);
  const { data }: { data: { principal: string; role: string; team?: string }[] } = await call.client.send({
    method: 'GET',
    path: '/roles',
  });
  printTable(call, data, {
    PRINCIPAL: data.map(({ principal }) => principal),
    ROLE: data.map(({ role }) => role),
    TEAM: data.map(({ team }) => team),
  });
  return 0;
}

function roleCommand(method: 'POST' | 'DELETE', summary: string): AdminCommand {
  return {
    parameters: 'ID ROLE',
    summary,
    options: TEAM_OPTION,
    async run(call) {
      const [principal, role] = positionalArguments(call, 'ID', 'ROLE');
      const team = textOption(call, 'team');
      const body = { principal, role, ...(team !== undefined && { team }) };
      const assignment = await call.client.send({ method, path: '/roles', body });
      if (call.values.json === true) printObject(call, assignment);
      else
        call.terminal.print(
          `${method === 'POST' ? 'Granted' : 'Removed'} the role ${role} of principal ${principal}.\n`,
        );
      return 0;
    },
  };
}

import { AdminApiError, type AdminObject } from './admin-client.ts';
import {
  type AdminCall,
  type AdminCommand,
  type AdminCommands,
  positionalArguments,
  textOption,
} from './admin-command.ts';
import { documentOptions, documentWithOptions, type OptionKind } from './document-options.ts';
import { printObject, printTable } from './printed-text.ts';

/** A kind of object that PUT creates and changes. */
interface CommandKind {
  readonly kind: OptionKind;
  /** Path of the resource below /admin/v1. */
  readonly path: string;
  /** Name of the argument in the help. */
  readonly argument: string;
  readonly columns: readonly string[];
}

const TEAM: CommandKind = { kind: 'team', path: '/teams', argument: 'NAME', columns: ['parent', 'models'] };
const APPLICATION: CommandKind = {
  kind: 'application',
  path: '/applications',
  argument: 'NAME',
  columns: ['team', 'purpose'],
};
const CATALOG: CommandKind = {
  kind: 'catalog',
  path: '/catalog',
  argument: 'MODEL',
  columns: ['state', 'teams', 'end'],
};

const REMOVAL_NOTE = "An empty value removes a field, as in --models ''.";

export const objectCommands: AdminCommands = {
  'team create': createCommand(TEAM),
  'team set': setCommand(TEAM),
  'team list': listCommand(TEAM),
  'team show': showCommand(TEAM),
  'team delete': deleteCommand(TEAM),
  'application create': createCommand(APPLICATION),
  'application set': setCommand(APPLICATION),
  'application list': listCommand(APPLICATION),
  'application show': showCommand(APPLICATION),
  'application delete': deleteCommand(APPLICATION),
  'catalog set': setCommand(CATALOG),
  'catalog list': listCommand(CATALOG),
  'catalog show': showCommand(CATALOG),
  'catalog delete': deleteCommand(CATALOG),
};

/** Returns the command that shows an object. */
export function showCommand({ kind, path, argument }: Omit<CommandKind, 'columns'>): AdminCommand {
  return {
    parameters: argument,
    summary: `shows one ${kind === 'catalog' ? 'entry of the catalog' : kind}`,
    async run(call) {
      const [name] = positionalArguments(call, argument);
      printObject(call, await call.client.send({ method: 'GET', path: objectPath(path, name!) }));
      return 0;
    },
  };
}

/** Returns the command that deletes an object. */
export function deleteCommand({ kind, path, argument }: Omit<CommandKind, 'columns'>): AdminCommand {
  return {
    parameters: argument,
    summary: `deletes one ${kind === 'catalog' ? 'entry of the catalog' : kind}`,
    async run(call) {
      const [name] = positionalArguments(call, argument);
      const deleted = await call.client.send({ method: 'DELETE', path: objectPath(path, name!) });
      if (call.values.json === true) printObject(call, deleted);
      else call.terminal.print(`Deleted the ${kind} ${name}.\n`);
      return 0;
    },
  };
}

/** Returns the path of an object below /admin/v1. */
export function objectPath(path: string, name: string): string {
  return `${path}/${encodeURIComponent(name)}`;
}

function createCommand({ kind, path, argument }: CommandKind): AdminCommand {
  return {
    parameters: argument,
    summary: `creates ${kind === 'application' ? 'an' : 'a'} ${kind}; fails if the name exists`,
    options: documentOptions(kind),
    async run(call) {
      const [name] = positionalArguments(call, argument);
      const body = documentWithOptions(kind, call);
      printWritten(
        call,
        'Created',
        await call.client.send({ method: 'PUT', path: objectPath(path, name!), body, mustBeNew: true }),
      );
      return 0;
    },
  };
}

function setCommand({ kind, path, argument }: CommandKind): AdminCommand {
  return {
    parameters: argument,
    summary:
      kind === 'catalog'
        ? 'creates or changes an entry of the catalog'
        : `changes fields of one ${kind}; keeps the others`,
    options: documentOptions(kind),
    notes: [REMOVAL_NOTE],
    async run(call) {
      const [name] = positionalArguments(call, argument);
      const place = objectPath(path, name!);
      const former = await formerObject(call, place, kind);
      const body = documentWithOptions(kind, call, former?.document);
      const condition = former === undefined ? { mustBeNew: true as const } : { ifMatch: former.version };
      const written = await call.client.send({ method: 'PUT', path: place, body, ...condition });
      printWritten(call, former === undefined ? 'Created' : 'Changed', written);
      return 0;
    },
  };
}

async function formerObject({ client }: AdminCall, path: string, kind: OptionKind): Promise<AdminObject | undefined> {
  try {
    return await client.send({ method: 'GET', path });
  } catch (error) {
    if (kind === 'catalog' && error instanceof AdminApiError && error.code === 'not_found') return undefined;
    throw error;
  }
}

function listCommand({ kind, path, columns }: CommandKind): AdminCommand {
  const filter = { type: 'string', value: 'TEAM', help: 'only applications of the team' } as const;
  return {
    parameters: '',
    summary: kind === 'catalog' ? 'lists the catalog' : `lists ${kind}s`,
    ...(kind === 'application' && { options: { team: filter } }),
    async run(call) {
      positionalArguments(call);
      const objects = await call.client.list(path, { team: textOption(call, 'team') });
      printObjects(call, objects, columns);
      return 0;
    },
  };
}

/** Prints objects as a table: the name, columns of the document, and where the object comes from. */
export function printObjects(call: AdminCall, objects: readonly AdminObject[], columns: readonly string[]): void {
  printTable(call, objects, {
    NAME: objects.map(({ name }) => name),
    ...Object.fromEntries(
      columns.map((column) => [column.toUpperCase(), objects.map(({ document }) => document[column])]),
    ),
    ORIGIN: objects.map(({ origin, managedBy, inactive }) => {
      const source = managedBy?.source ?? origin;
      return inactive === undefined ? source : `${source} (inactive: ${inactive})`;
    }),
  });
}

function printWritten(call: AdminCall, action: string, object: AdminObject): void {
  if (call.values.json === true) printObject(call, object);
  else call.terminal.print(`${action} ${object.kind} ${object.name} (${object.id}), version ${object.version}.\n`);
}

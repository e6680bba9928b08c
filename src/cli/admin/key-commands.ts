import type { AdminObject, AdminRequest } from './admin-client.ts';
import {
  type AdminCall,
  type AdminCommand,
  type AdminCommands,
  positionalArguments,
  textOption,
  UsageError,
} from './admin-command.ts';
import { changedDocumentFields, documentOptions, documentWithOptions } from './document-options.ts';
import { deleteCommand, objectPath, printObjects, showCommand } from './object-commands.ts';
import { printObject } from './printed-text.ts';
import { prepareSecretOutput, type SecretOutput, secretNotes, secretOptions } from './secret-output.ts';

const KEY = { kind: 'key', path: '/keys', argument: 'NAME' } as const;

const LIST_FILTERS = {
  team: { type: 'string', value: 'TEAM', help: 'only keys of the team' },
  application: { type: 'string', value: 'NAME', help: 'only keys of the application' },
  owner: { type: 'string', value: 'ID', help: 'only keys of the owner' },
  state: { type: 'string', value: 'STATE', help: 'only keys that are active, disabled or revoked' },
} as const;

export const keyCommands: AdminCommands = {
  'key create': {
    parameters: 'NAME',
    summary: 'creates a key, and shows its secret once',
    options: { ...documentOptions('key'), ...secretOptions },
    notes: secretNotes,
    run: (given) =>
      writeSecret(given, 'Created', (call, name) => ({
        method: 'POST',
        path: KEY.path,
        body: { name, ...documentWithOptions('key', call) },
      })),
  },
  'key rotate': {
    parameters: 'NAME',
    summary: 'adds a second secret to a key; the present one expires after the overlap',
    options: {
      'overlap-seconds': { type: 'string', value: 'N', help: 'seconds in which both secrets work; default: 86400' },
      ...secretOptions,
    },
    notes: secretNotes,
    run: (given) =>
      writeSecret(given, 'Rotated', (call, name) => ({
        method: 'POST',
        path: `${objectPath(KEY.path, name)}/rotate`,
        body: overlapBody(call),
      })),
  },
  'key set': {
    parameters: 'NAME',
    summary: 'changes fields of one key; keeps the others',
    options: documentOptions('key'),
    notes: ["An empty value removes a field, as in --models ''."],
    run: changeKey,
  },
  'key list': {
    parameters: '',
    summary: 'lists keys',
    options: LIST_FILTERS,
    run: listKeys,
  },
  'key show': showCommand(KEY),
  'key disable': stateCommand('disable', 'rejects the key until it is enabled again'),
  'key enable': stateCommand('enable', 'accepts a disabled key again'),
  'key revoke': stateCommand('revoke', 'rejects the key for ever'),
  'key delete': deleteCommand(KEY),
};

/** Sends the request of a command, and writes the secret of its answer to the place that the options name. */
async function writeSecret(
  given: AdminCall,
  done: 'Created' | 'Rotated',
  request: (call: AdminCall, name: string) => AdminRequest,
): Promise<number> {
  const { call, output } = prepareSecretOutput(given);
  let answer: AdminObject;
  try {
    const [name] = positionalArguments(call, 'NAME');
    answer = await call.client.send(request(call, name!));
  } catch (error) {
    output.discard();
    throw error;
  }
  const { secret, ...object } = answer;
  output.write(secret!);
  if (output.isManifest) return 0;
  if (call.values.json === true) printObject(call, object);
  else
    call.terminal.print(
      `${done} Key ${object.name} (${object.id}), version ${object.version}.\n${secretLines(object, output)}`,
    );
  return 0;
}

/** Returns where the secret is, and until when the former one works. */
function secretLines({ document }: AdminObject, { file }: SecretOutput): string {
  const secrets = document.secrets as readonly { expires?: string }[];
  const former = secrets.length > 1 ? secrets[0]?.expires : undefined;
  return [
    ...(file === undefined ? [] : [`The secret is in ${file}.\n`]),
    ...(former === undefined ? [] : [`The former secret works until ${former}.\n`]),
  ].join('');
}

function overlapBody(call: AdminCall): { overlapSeconds?: number } {
  const text = textOption(call, 'overlap-seconds');
  if (text === undefined) return {};
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--overlap-seconds must be a whole number; found '${text}'`);
  return { overlapSeconds: Number(text) };
}

async function changeKey(call: AdminCall): Promise<number> {
  const [name] = positionalArguments(call, 'NAME');
  const path = objectPath(KEY.path, name!);
  const { document, version } = await call.client.send({ method: 'GET', path });
  const body = changedDocumentFields(document, documentWithOptions('key', call, document));
  const changed = await call.client.send({ method: 'PATCH', path, body, ifMatch: version });
  if (call.values.json === true) printObject(call, changed);
  else call.terminal.print(`Changed Key ${changed.name} (${changed.id}), version ${changed.version}.\n`);
  return 0;
}

async function listKeys(call: AdminCall): Promise<number> {
  positionalArguments(call);
  const filters = Object.fromEntries(Object.keys(LIST_FILTERS).map((name) => [name, textOption(call, name)]));
  const keys = await call.client.list(KEY.path, filters);
  const shown = keys.map((key) => ({ ...key, document: { ...key.document, 'last used': key.lastUsed } }));
  if (call.values.json === true) printObject(call, keys);
  else printObjects(call, shown, ['team', 'application', 'state', 'expires', 'last used']);
  return 0;
}

function stateCommand(action: 'disable' | 'enable' | 'revoke', summary: string): AdminCommand {
  const cut = { type: 'boolean', help: 'also ends running requests of the key within two seconds' } as const;
  return {
    parameters: 'NAME',
    summary,
    ...(action !== 'enable' && { options: { cut } }),
    async run(call) {
      const [name] = positionalArguments(call, 'NAME');
      const key = await call.client.send({
        method: 'POST',
        path: `${objectPath(KEY.path, name!)}/${action}`,
        body: call.values.cut === true ? { cut: true } : {},
      });
      if (call.values.json === true) printObject(call, key);
      else call.terminal.print(`Key ${key.name} (${key.id}) is ${String(key.document.state)}.\n`);
      return 0;
    },
  };
}

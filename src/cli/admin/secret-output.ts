import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { type AdminCall, type AdminOptions, textOption, UsageError } from './admin-command.ts';

/** Mode of a file that only its owner reads. */
const PRIVATE_MODE = 0o600;
/** Form of names in Kubernetes (RFC 1123). */
const KUBERNETES_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

export const secretOptions: AdminOptions = {
  'secret-file': { type: 'string', value: 'FILE', help: 'writes the secret to a new file that only its owner reads' },
  output: { type: 'string', value: 'FORM', help: 'kubernetes-secret NAMESPACE/NAME: prints a manifest for kubectl' },
};

export const secretNotes = [
  'The secret is shown once, on a terminal only. Without a terminal, use one of:',
  '  … --secret-file FILE',
  '  … --output kubernetes-secret NAMESPACE/NAME | kubectl apply -f -   (with npm: npm run --silent admin -- …)',
];

/** Where the secret of a new key goes. It is prepared before the request, so that no secret is lost. */
export interface SecretOutput {
  /** True if standard output holds the manifest and nothing else. */
  readonly isManifest: boolean;
  /** File with the secret. */
  readonly file?: string;
  /** Writes the secret. */
  write(secret: string): void;
  /** Removes what was prepared, if there is no secret. */
  discard(): void;
}

/** Returns the arguments without the name of the Kubernetes secret, and where the secret goes. Throws UsageError without a place. */
export function prepareSecretOutput(call: AdminCall): { call: AdminCall; output: SecretOutput } {
  const form = textOption(call, 'output');
  const file = textOption(call, 'secret-file');
  if (form === undefined) return { call, output: file === undefined ? terminalOutput(call) : fileOutput(file) };
  if (form !== 'kubernetes-secret') throw new UsageError('--output must be kubernetes-secret NAMESPACE/NAME');
  if (file !== undefined) throw new UsageError('--output and --secret-file exclude each other');
  const target = call.positionals.find((argument) => argument.includes('/'));
  const [namespace = '', name = '', more] = target?.split('/') ?? [];
  if (!KUBERNETES_NAME.test(namespace) || !KUBERNETES_NAME.test(name) || more !== undefined) {
    throw new UsageError('--output kubernetes-secret needs NAMESPACE/NAME in lower case');
  }
  if (call.values.json === true) throw new UsageError('--output and --json exclude each other');
  if (call.terminal.isOutputTerminal) {
    throw new UsageError('the manifest contains the secret: pipe it into kubectl apply -f -');
  }
  const positionals = call.positionals.filter((argument) => argument !== target);
  return { call: { ...call, positionals }, output: manifestOutput(call, namespace, name) };
}

function terminalOutput({ terminal }: AdminCall): SecretOutput {
  if (!terminal.isErrorTerminal) {
    throw new UsageError(
      'the secret is shown on a terminal only: set --secret-file FILE or --output kubernetes-secret',
    );
  }
  return {
    isManifest: false,
    write: (secret) => terminal.report(`The API key. It is shown only once and not stored:\n\n  ${secret}\n\n`),
    discard: () => undefined,
  };
}

function fileOutput(file: string): SecretOutput {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx', PRIVATE_MODE);
  } catch (error) {
    throw new UsageError(`--secret-file ${file} cannot be created: ${(error as Error).message}`);
  }
  return {
    isManifest: false,
    file,
    write: (secret) => {
      writeSync(descriptor, `${secret}\n`);
      closeSync(descriptor);
    },
    discard: () => {
      closeSync(descriptor);
      rmSync(file);
    },
  };
}

function manifestOutput({ terminal }: AdminCall, namespace: string, name: string): SecretOutput {
  return {
    isManifest: true,
    write: (secret) =>
      terminal.print(
        [
          'apiVersion: v1',
          'kind: Secret',
          'metadata:',
          `  namespace: ${JSON.stringify(namespace)}`,
          `  name: ${JSON.stringify(name)}`,
          'type: Opaque',
          'stringData:',
          `  api-key: ${JSON.stringify(secret)}`,
          '',
        ].join('\n'),
      ),
    discard: () => undefined,
  };
}

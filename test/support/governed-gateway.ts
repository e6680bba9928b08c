import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashApiKey } from '../../src/config/settings/api-key.ts';
import { startGateway, type TestGateway } from './gateway.ts';

/** A document of `governance.files`. */
export type GovernanceDocument = { kind: string; [field: string]: unknown };

/** A gateway with `governance.files`. */
export interface GovernedGateway extends TestGateway {
  /** Path of the file with the documents. */
  file: string;
  /** Replaces the documents of the file. */
  write(documents: readonly GovernanceDocument[]): void;
}

/** Returns the document of a key with a secret. */
export function keyDocument(name: string, secret: string, more: Record<string, unknown> = {}): GovernanceDocument {
  return { kind: 'Key', name, secrets: [{ hash: hashApiKey(secret) }], ...more };
}

export const bearerOf = (secret: string, more: Record<string, string> = {}): Record<string, string> => ({
  authorization: `Bearer ${secret}`,
  ...more,
});

/** Starts a gateway whose `governance.files` has these documents. `more`: further settings of `governance`. */
export async function startGovernedGateway(
  settings: string,
  documents: readonly GovernanceDocument[],
  more?: string,
): Promise<GovernedGateway> {
  const file = join(mkdtempSync(join(tmpdir(), 'outcrop-governed-')), 'documents.yaml');
  // JSON is valid YAML.
  const write = (next: readonly GovernanceDocument[]): void =>
    writeFileSync(file, next.map((document) => `---\n${JSON.stringify(document)}\n`).join(''));
  write(documents);
  const gateway = await startGateway(
    `${settings}\ngovernance: {files: ['${file}']${more === undefined ? '' : `, ${more}`}}`,
  );
  return Object.assign(gateway, { file, write });
}

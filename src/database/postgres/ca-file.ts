import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError } from '../../config/settings/config-error.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Reads `database.caFile`. Throws a ConfigError if the file cannot be read, or contains no valid certificate. */
export function readCaFile(file: string): string {
  const problem = (message: string): ConfigError =>
    new ConfigError('The configuration', [{ path: 'database.caFile', message: `${file} ${message}` }]);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw problem(`cannot be read: ${readFailure(error as NodeJS.ErrnoException)}`);
  }
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw problem('must be a PEM file with at least one certificate');
  for (const [index, certificate] of certificates.entries()) {
    // Node ignores what it cannot parse, and then trusts no server.
    if (!isCertificate(certificate)) throw problem(`contains an invalid certificate at position ${index + 1}`);
  }
  return text;
}

function readFailure({ code }: NodeJS.ErrnoException): string {
  return code === 'ENOENT' ? 'the file does not exist' : (code ?? 'unknown');
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).subject !== undefined;
  } catch {
    return false;
  }
}

import { readFileSync } from 'node:fs';
import type { RedisTlsConfig } from '../../config/gateway-config.ts';

/** TLS options of Node. The files are read when a connection opens. */
export interface RedisTlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  servername?: string;
}

/**
 * Returns options that verify certificates. Each connection reads the files again, so that it uses renewed certificates. A
 * file that cannot be read at that time keeps its former content. Throws at the start if a file cannot be read.
 */
export function createRedisTls({ caFile, certFile, keyFile, serverName }: RedisTlsConfig): RedisTlsOptions {
  const options: RedisTlsOptions = {};
  if (serverName !== undefined) options.servername = serverName;
  if (caFile !== undefined) defineFile(options, 'ca', caFile);
  if (certFile !== undefined) defineFile(options, 'cert', certFile);
  if (keyFile !== undefined) defineFile(options, 'key', keyFile);
  return options;
}

/** Defines an enumerable property, because ioredis copies the options when it connects. */
function defineFile(options: RedisTlsOptions, name: 'ca' | 'cert' | 'key', path: string): void {
  let content = readFileSync(path, 'utf8');
  Object.defineProperty(options, name, {
    enumerable: true,
    get: () => {
      try {
        content = readFileSync(path, 'utf8');
      } catch {
        // The former content may still be valid. If it is not, the log has the error of the connection.
      }
      return content;
    },
  });
}

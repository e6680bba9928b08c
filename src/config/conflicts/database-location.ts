/** Where a database is, as `database.url` states it. */
export type DatabaseLocation = SqliteLocation | PostgresLocation;

export interface SqliteLocation {
  dialect: 'sqlite';
  /** Path of the file. */
  path: string;
}

export interface PostgresLocation {
  dialect: 'postgres';
  /** Host name, address, or the folder of a Unix socket. */
  host: string;
  port: number;
  database: string;
  user: string;
  password?: string;
  /** `off`; `verified`; `unverified`, encrypted without a check of the certificate. */
  tls: 'off' | 'verified' | 'unverified';
}

const SQLITE = 'sqlite:';
const DEFAULT_PORT = 5_432;
const TLS_MODES: Readonly<Record<string, PostgresLocation['tls']>> = {
  disable: 'off',
  'no-verify': 'unverified',
  require: 'verified',
  'verify-ca': 'verified',
  'verify-full': 'verified',
};
const PARAMETERS = new Set(['sslmode', 'host']);

/** Parses `database.url`. Throws an Error whose message completes "database.url …" and contains no part of the URL. */
export function parseDatabaseUrl(url: string): DatabaseLocation {
  return url.startsWith(SQLITE) ? sqliteLocation(url.slice(SQLITE.length)) : postgresLocation(url);
}

function sqliteLocation(path: string): SqliteLocation {
  if (path.includes(':memory:') || path.includes('\0') || path.startsWith('file:')) {
    throw new Error('must be the path of a file; a database in memory would lose teams and keys at each start');
  }
  if (path.startsWith('//') || path.endsWith('/')) throw new Error('must be sqlite: and the path of a file');
  return { dialect: 'sqlite', path };
}

function postgresLocation(text: string): PostgresLocation {
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol))
    throw new Error('must be postgres://USER:PASSWORD@HOST:PORT/NAME');
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.has(name));
  if (unknown !== undefined) throw new Error('must have no parameters but sslmode and host');
  const host = url.searchParams.get('host') ?? percentDecoded(url.hostname).replace(/^\[|\]$/g, '');
  const database = percentDecoded(url.pathname.slice(1));
  const user = percentDecoded(url.username);
  if (host === '') throw new Error('must name a host');
  if (database === '' || database.includes('/')) throw new Error('must name a database after the host');
  if (user === '') throw new Error('must name a user before the host');
  const mode = url.searchParams.get('sslmode') ?? 'disable';
  const tls = Object.hasOwn(TLS_MODES, mode) ? TLS_MODES[mode] : undefined;
  if (tls === undefined)
    throw new Error(`must have one of these values of sslmode: ${Object.keys(TLS_MODES).join(', ')}`);
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  const password = url.password === '' ? undefined : percentDecoded(url.password);
  return { dialect: 'postgres', host, port, database, user, password, tls };
}

function percentDecoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error('contains % without two hexadecimal digits; write % as %25');
  }
}

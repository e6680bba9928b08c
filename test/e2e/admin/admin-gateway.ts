import { hashApiKey } from '../../../src/config/settings/api-key.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';

export const ADMIN_KEY = 'admin-key-of-the-tests';
export const AUDITOR_KEY = 'auditor-key-of-the-tests';
export const TEAM_ADMIN_KEY = 'team-admin-key-of-the-tests';

/** Returns settings of a gateway with the admin API. */
export function adminSettings(url: string, more = ''): string {
  const keys = [
    { name: 'root', hash: hashApiKey(ADMIN_KEY), role: 'admin' },
    { name: 'audit', hash: hashApiKey(AUDITOR_KEY), role: 'auditor' },
    { name: 'search-admin', hash: hashApiKey(TEAM_ADMIN_KEY), role: 'team-admin', team: 'search' },
  ];
  const database = url === '' ? '' : `database: { url: '${url}', timeoutMs: 10000 }\n`;
  return `${database}admin: { enabled: true, keys: ${JSON.stringify(keys)} }\n${more}`;
}

/** Starts a gateway with the admin API. An empty `url` means no database. */
export function startAdminGateway(url: string, more?: string): Promise<TestGateway> {
  return startGateway(adminSettings(url, more));
}

/** An answer of the admin API. */
export interface AdminAnswer {
  status: number;
  headers: Headers;
  body: {
    [field: string]: unknown;
    id: string;
    name: string;
    secret: string;
    data: { name: string; action: string; document: Record<string, unknown> }[];
    has_more: boolean;
    next: string | null;
    error: { code: string; param: string | null; message: string };
  };
}

/** Sends a request to the admin API. */
export async function admin(
  gateway: TestGateway,
  call: string,
  { body, key = ADMIN_KEY, headers }: { body?: unknown; key?: string; headers?: Record<string, string> } = {},
): Promise<AdminAnswer> {
  const [method, path] = call.split(' ') as [string, string];
  const answer = await gateway.send(`/admin/v1${path}`, {
    method,
    body,
    headers: { authorization: `Bearer ${key}`, ...headers },
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: JSON.parse(text || '{}') as AdminAnswer['body'] };
}

/** Repeats until a result, at most for a time. Returns the last result. */
export async function within<T>(work: () => Promise<T>, expected: T, ms = 1_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const result = await work();
    if (result === expected || Date.now() > end) return result;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

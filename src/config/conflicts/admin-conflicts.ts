import type { GatewayConfig } from '../gateway-config.ts';
import type { Problem } from '../settings/config-error.ts';

/** Returns the problems of `admin` that the validators of single settings cannot detect. */
export function adminConflicts({ admin, auth, management, server }: GatewayConfig): Problem[] {
  const problems: Problem[] = [];
  for (const [index, { hash, name, role, team }] of admin.keys.entries()) {
    const path = `admin.keys[${index}]`;
    const first = admin.keys.findIndex((other) => other.name === name || other.hash === hash);
    if (first !== index) problems.push({ path, message: `must differ in name and hash from admin.keys[${first}]` });
    if (auth.keys.some((key) => key.hash === hash)) {
      problems.push({ path: `${path}.hash`, message: 'must not be the hash of a key in auth.keys, too' });
    }
    if ((role === 'team-admin') !== (team !== undefined)) {
      problems.push({ path: `${path}.team`, message: 'must be set for the role team-admin, and for no other role' });
    }
  }
  const { port } = admin;
  if (port !== undefined && port !== 0 && (port === server.port || port === management.port)) {
    problems.push({ path: 'admin.port', message: 'must differ from server.port and management.port' });
  }
  return problems;
}

import { createHmac, hash } from 'node:crypto';
import type { RedisIamConfig } from '../../config/gateway-config.ts';

/** Seconds for which AWS accepts a token at the start of a connection. */
export const TOKEN_SECONDS = 900;

/** AWS credentials that sign a token. */
export interface TokenCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** What a token is for. */
export type TokenScope = Pick<RedisIamConfig, 'service' | 'clusterName' | 'user'> & { region: string };

/**
 * Creates an authentication token for ElastiCache or MemoryDB: a presigned URL without its scheme, which is the password of
 * AUTH and HELLO. The host is the name of the cluster, the action is `connect`, and a serverless cache has a resource type.
 * Source: "Authenticating with IAM" in the user guides of ElastiCache and MemoryDB, 2026-11.
 */
export function createIamToken(scope: TokenScope, credentials: TokenCredentials, now: Date): string {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const service = scope.service === 'memorydb' ? 'memorydb' : 'elasticache';
  const credentialScope = `${day}/${scope.region}/${service}/aws4_request`;
  const query = encodedQuery({
    Action: 'connect',
    User: scope.user,
    ...(scope.service === 'elasticache-serverless' ? { ResourceType: 'ServerlessCache' } : {}),
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${credentials.accessKeyId}/${credentialScope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(TOKEN_SECONDS),
    'X-Amz-SignedHeaders': 'host',
    ...(credentials.sessionToken === undefined ? {} : { 'X-Amz-Security-Token': credentials.sessionToken }),
  });
  const request = ['GET', '/', query, `host:${scope.clusterName}`, '', 'host', hash('sha256', '')].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, credentialScope, hash('sha256', request)].join('\n');
  const signingKey = [day, scope.region, service, 'aws4_request'].reduce<Buffer | string>(
    (key, step) => createHmac('sha256', key).update(step).digest(),
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = createHmac('sha256', signingKey).update(text).digest('hex');
  return `${scope.clusterName}/?${query}&X-Amz-Signature=${signature}`;
}

/** Returns the query in the canonical form of Signature Version 4: sorted by name, encoded as RFC 3986. */
function encodedQuery(parameters: Record<string, string>): string {
  return Object.keys(parameters)
    .sort()
    .map((name) => `${encode(name)}=${encode(parameters[name]!)}`)
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

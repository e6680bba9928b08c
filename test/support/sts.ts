import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Parameters of an AssumeRole request. */
export interface AssumeRole {
  roleArn: string | null;
  externalId: string | null;
  sessionName: string | null;
  /** Access key that signed the request. */
  signedBy: string | undefined;
}

/**
 * AWS's Security Token Service, limited to AssumeRole (AWS STS API reference, 2011-06-15): query request, XML response.
 */
export interface StsServer {
  url: string;
  received: AssumeRole[];
  /** Lifetime of later credentials, in seconds. */
  lifeSeconds: number;
  /** Rejects later requests, as a trust policy does that excludes the caller. */
  denies: boolean;
  close(): Promise<void>;
}

/** Starts the server. `keyFor` returns the access key of a role; all roles share one secret. */
export async function startSts(keyFor: (roleArn: string) => string, secretAccessKey: string): Promise<StsServer> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const query = new URLSearchParams(await readText(request));
    const roleArn = query.get('RoleArn');
    sts.received.push({
      roleArn,
      externalId: query.get('ExternalId'),
      sessionName: query.get('RoleSessionName'),
      signedBy: /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1],
    });
    response.statusCode = sts.denies ? 403 : 200;
    response.setHeader('content-type', 'text/xml');
    response.end(sts.denies ? DENIED : granted(keyFor(roleArn ?? ''), secretAccessKey, sts.lifeSeconds));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sts: StsServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    lifeSeconds: 3_600,
    denies: false,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return sts;
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += String(part);
  return text;
}

const DENIED = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
<Code>AccessDenied</Code><Message>User is not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>`;

function granted(accessKeyId: string, secretAccessKey: string, lifeSeconds: number): string {
  const expiration = new Date(Date.now() + lifeSeconds * 1_000).toISOString();
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><AssumedRoleId>AROA:outcrop</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/r/outcrop</Arn></AssumedRoleUser>
<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>
<SessionToken>token of ${accessKeyId}</SessionToken><Expiration>${expiration}</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>`;
}

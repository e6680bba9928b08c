import { randomBytes } from 'node:crypto';
import type { Identity, Principal } from './http/auth.ts';
import { authenticate } from './http/auth.ts';
import type { Exchange } from './http/exchange.ts';
import { wait } from './http/stream.ts';

/** A call of AssumeRole. */
export interface AssumedSession {
  roleArn: string;
  sessionName: string;
  externalId: string | undefined;
  seconds: number;
  tags: Record<string, string>;
  /** Access key that signed the call. */
  signedBy: string | undefined;
  /** Code of the error; undefined if the call succeeded. */
  error: string | undefined;
  /** Time of arrival, in milliseconds since the epoch. */
  at: number;
}

/** How STS answers later calls. */
export interface StsBehavior {
  /** Lifetime of credentials in seconds, instead of the requested one. */
  lifeSeconds?: number;
  /** Milliseconds before each answer. */
  delayMs?: number;
  /** Fails each call: `AccessDenied`, `TagSession` (a trust policy without sts:TagSession), `ServiceUnavailable`, `Throttling`. */
  failure?: 'AccessDenied' | 'TagSession' | 'ServiceUnavailable' | 'Throttling';
  /** Roles that exist. Default: all. */
  roles?: string[];
}

/** Path of all operations of STS. */
export const STS_PATH = '/';

/** Most calls and identities that are kept. */
const MAX_KEPT = 50_000;
const ROLE = /^arn:aws[a-z-]*:iam::(\d{12}):role\/([\w+=,.@/-]+)$/;
/** Limits of AssumeRole (API reference of STS, 2026-11). */
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
const TAG_KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
const MAX_TAGS = 50;
const MIN_SECONDS = 900;
const MAX_SECONDS = 43_200;

/** Error of STS: its status, code and message. */
class StsError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** AWS's Security Token Service, limited to AssumeRole (API reference, 2011-06-15): query request, XML response. */
export class Sts {
  readonly sessions: AssumedSession[] = [];
  readonly #identities = new Map<string, Identity>();
  #behavior: StsBehavior = {};

  /** Changes how STS answers. Fields that are absent keep their values; `undefined` resets one. */
  behave(behavior: StsBehavior): void {
    this.#behavior = { ...this.#behavior, ...behavior };
  }

  /** Forgets calls and behavior. Issued credentials stay valid, as those of AWS do. */
  clear(): void {
    this.sessions.length = 0;
    this.#behavior = {};
  }

  identity(accessKeyId: string): Identity | undefined {
    return this.#identities.get(accessKeyId);
  }

  async serve(exchange: Exchange, own: Identity): Promise<void> {
    const bytes = await exchange.body();
    const query = new URLSearchParams(bytes.toString('utf8'));
    const { delayMs = 0 } = this.#behavior;
    const session = sessionOf(query, exchange);
    this.sessions.push(session);
    if (this.sessions.length > MAX_KEPT) this.sessions.shift();
    try {
      authenticate(exchange, bytes, { own, service: 'sts', find: (key) => this.identity(key) });
      if (delayMs > 0 && !(await wait(delayMs, exchange))) return;
      exchange.text(200, 'text/xml', this.#grant(query, session));
    } catch (error) {
      const { name, message } = error as Error;
      const [status, code] = error instanceof StsError ? [error.status, error.code] : [403, name];
      session.error = code;
      exchange.text(
        status,
        'text/xml',
        `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error><RequestId>emulator</RequestId></ErrorResponse>`,
      );
    }
  }

  #grant(query: URLSearchParams, session: AssumedSession): string {
    const { failure, roles, lifeSeconds = session.seconds } = this.#behavior;
    check(query, session);
    const [, account, name] = ROLE.exec(session.roleArn) ?? [];
    const denied = (action: string): StsError =>
      new StsError(
        403,
        'AccessDenied',
        `User: arn:aws:sts::111122223333:assumed-role/outcrop/pod is not authorized to perform: ${action} on resource: ${session.roleArn}`,
      );
    if (failure === 'AccessDenied' || (roles !== undefined && !roles.includes(session.roleArn))) {
      throw denied('sts:AssumeRole');
    }
    if (failure === 'TagSession') throw denied('sts:TagSession');
    if (failure === 'ServiceUnavailable') throw new StsError(503, failure, 'The service is unavailable.');
    if (failure === 'Throttling') throw new StsError(400, failure, 'Rate exceeded');
    const expiresAt = Date.now() + lifeSeconds * 1_000;
    const principal: Principal = {
      arn: `arn:aws:sts::${account}:assumed-role/${name?.split('/').at(-1)}/${session.sessionName}`,
      tags: session.tags,
    };
    const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const secretAccessKey = randomBytes(20).toString('hex');
    const sessionToken = randomBytes(20).toString('hex');
    this.#identities.set(accessKeyId, { accessKeyId, secretAccessKey, sessionToken, expiresAt, principal });
    for (const oldest of this.#identities.keys()) {
      if (this.#identities.size <= MAX_KEPT) break;
      this.#identities.delete(oldest);
    }
    return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><AssumedRoleId>AROAEMULATOR:${session.sessionName}</AssumedRoleId><Arn>${principal.arn}</Arn></AssumedRoleUser>
<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>
<SessionToken>${sessionToken}</SessionToken><Expiration>${new Date(expiresAt).toISOString()}</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>`;
  }
}

function sessionOf(query: URLSearchParams, exchange: Exchange): AssumedSession {
  return {
    roleArn: query.get('RoleArn') ?? '',
    sessionName: query.get('RoleSessionName') ?? '',
    externalId: query.get('ExternalId') ?? undefined,
    seconds: Number(query.get('DurationSeconds') ?? 3_600),
    tags: Object.fromEntries(tagsOf(query)),
    signedBy: /Credential=([^/]+)/.exec(exchange.headers.authorization ?? '')?.[1],
    error: undefined,
    at: Date.now(),
  };
}

function tagsOf(query: URLSearchParams): [string, string][] {
  const tags: [string, string][] = [];
  for (let index = 1; query.has(`Tags.member.${index}.Key`); index += 1) {
    tags.push([query.get(`Tags.member.${index}.Key`) ?? '', query.get(`Tags.member.${index}.Value`) ?? '']);
  }
  return tags;
}

function check(query: URLSearchParams, { roleArn, sessionName, seconds }: AssumedSession): void {
  const invalid = (message: string): StsError => new StsError(400, 'ValidationError', message);
  if (query.get('Action') !== 'AssumeRole') {
    throw new StsError(400, 'InvalidAction', `Could not find operation ${query.get('Action')} for version 2011-06-15`);
  }
  if (!ROLE.test(roleArn)) throw invalid(`${roleArn} is invalid`);
  if (!SESSION_NAME.test(sessionName)) {
    throw invalid(
      `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    );
  }
  if (!(seconds >= MIN_SECONDS && seconds <= MAX_SECONDS)) {
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  const tags = tagsOf(query);
  if (tags.length > MAX_TAGS) throw invalid(`Value at 'tags' failed to satisfy constraint: at most ${MAX_TAGS}`);
  if (tags.some(([key, value]) => !TAG_KEY.test(key) || !TAG_VALUE.test(value) || /^aws:/i.test(key + value))) {
    throw invalid("Value at 'tags' failed to satisfy constraint: pattern");
  }
  if (new Set(tags.map(([key]) => key.toLowerCase())).size !== tags.length) {
    throw new StsError(
      400,
      'InvalidParameterValue',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

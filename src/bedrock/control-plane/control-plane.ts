import { Injectable } from '@nestjs/common';
import { httpGet } from '../../libraries/undici.ts';
import type { AccountListing, ListedProfile } from '../../models/account/account.ts';
import { AwsSessions } from '../sessions/aws-sessions.ts';
import { connectionError, fromAwsError, invalidUpstreamAnswer } from '../errors/bedrock-errors.ts';
import { parseModelList, parseProfilePage } from './control-plane-listings.ts';
import { firstHeaderValue, parseAwsError } from '../transport/aws-error-response.ts';
import { canonicalQuery } from '../sessions/request-signer.ts';

/** Milliseconds for one page; nobody waits for it. */
const PATIENCE_MS = 30_000;
/** The most Bedrock gives at a time (service model of bedrock, 2026-11). */
const PAGE_SIZE = '1000';
/** A listing that goes on is not believed any more. */
const MOST_PAGES = 100;
const MAX_PAGE_BYTES = 16 * 1024 * 1024;

interface Question {
  region: string;
  path: string;
  query: Record<string, string>;
  signal: AbortSignal;
}

/** The two listings of Bedrock's control plane; IAM actions `bedrock:ListFoundationModels` and `bedrock:ListInferenceProfiles`. */
@Injectable()
export class ControlPlaneClient {
  private readonly sessions: AwsSessions;

  constructor(sessions: AwsSessions) {
    this.sessions = sessions;
  }

  /** What the account has in the region, all of it or none. Throws GatewayError as `bedrock-errors.ts` names it. */
  async list(region: string, signal: AbortSignal): Promise<AccountListing> {
    const [models, system, application] = await Promise.all([
      this.get({ region, path: '/foundation-models', query: {}, signal }),
      this.profiles(region, 'SYSTEM_DEFINED', signal),
      this.profiles(region, 'APPLICATION', signal),
    ]);
    return { region, models: parseModelList(models), profiles: [...system, ...application] };
  }

  private async profiles(
    region: string,
    type: 'SYSTEM_DEFINED' | 'APPLICATION',
    signal: AbortSignal,
  ): Promise<ListedProfile[]> {
    const profiles: ListedProfile[] = [];
    const query: Record<string, string> = { type, maxResults: PAGE_SIZE };
    for (let page = 0; page < MOST_PAGES; page++) {
      const answer = await this.get({ region, path: '/inference-profiles', query, signal });
      const { found, nextToken } = parseProfilePage(answer, type === 'SYSTEM_DEFINED' ? 'system' : 'application');
      profiles.push(...found);
      if (nextToken === undefined) return profiles;
      query.nextToken = nextToken;
    }
    throw invalidUpstreamAnswer();
  }

  /** One signed GET; the JSON of its answer. */
  private async get({ region, path, query, signal }: Question): Promise<unknown> {
    const session = this.sessions.of({ region });
    const search = canonicalQuery(query);
    const [origin, headers] = await Promise.all([session.controlOrigin(), session.signedControlHeaders(path, search)]);
    const url = new URL(`${path}?${search}`, origin);
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const answer = await httpGet(url, { dispatcher: this.sessions.pool, headers, signal: patience }).catch(unreachable);
    const body = await readBody(answer.body).catch(unreachable);
    if (answer.statusCode === 200) return parsed(body);
    if (answer.statusCode === 403) session.correctClock(firstHeaderValue(answer.headers.date));
    throw fromAwsError(parseAwsError(answer.statusCode, answer.headers, body));
  }
}

async function readBody(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > MAX_PAGE_BYTES) throw new Error('the listing is larger than 16 MiB');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function unreachable(cause: Error): never {
  throw connectionError(cause);
}

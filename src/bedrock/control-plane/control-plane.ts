import { Injectable } from '@nestjs/common';
import { httpGet } from '../../libraries/undici.ts';
import type { AccountListing, ListedProfile } from '../../models/account/account.ts';
import { AwsSessions } from '../sessions/aws-sessions.ts';
import { connectionError, fromAwsError, invalidUpstreamAnswer } from '../errors/bedrock-errors.ts';
import { parseModelList, parseProfilePage } from './control-plane-listings.ts';
import { firstHeaderValue, parseAwsError } from '../transport/aws-error-response.ts';
import { canonicalQuery } from '../sessions/request-signer.ts';

/** Milliseconds for one page. No request waits for it. */
const PAGE_TIMEOUT_MS = 30_000;
/** Maximum page size of Bedrock's list operations (service model of bedrock, 2026-11). */
const PAGE_SIZE = '1000';
/** Limit against listings without end. */
const MAX_PAGES = 100;
const MAX_PAGE_BYTES = 16 * 1024 * 1024;

interface ListRequest {
  region: string;
  path: string;
  query: Record<string, string>;
  signal: AbortSignal;
}

/**
 * Client of the control plane's two listings. IAM actions `bedrock:ListFoundationModels` and
 * `bedrock:ListInferenceProfiles`.
 */
@Injectable()
export class ControlPlaneClient {
  private readonly sessions: AwsSessions;

  constructor(sessions: AwsSessions) {
    this.sessions = sessions;
  }

  /**
   * Lists the models and inference profiles of the account in one region. Rejects if one of the listings is incomplete.
   * Throws GatewayError with the codes of `bedrock-errors.ts`.
   */
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
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer = await this.get({ region, path: '/inference-profiles', query, signal });
      const { found, nextToken } = parseProfilePage(answer, type === 'SYSTEM_DEFINED' ? 'system' : 'application');
      profiles.push(...found);
      if (nextToken === undefined) return profiles;
      query.nextToken = nextToken;
    }
    throw invalidUpstreamAnswer();
  }

  /** Sends one signed GET. Returns the parsed JSON of the answer, or undefined if the body is not JSON. */
  private async get({ region, path, query, signal }: ListRequest): Promise<unknown> {
    const session = this.sessions.of({ region });
    const search = canonicalQuery(query);
    const [origin, headers] = await Promise.all([session.controlOrigin(), session.signedControlHeaders(path, search)]);
    const url = new URL(`${path}?${search}`, origin);
    const timeout = AbortSignal.any([signal, AbortSignal.timeout(PAGE_TIMEOUT_MS)]);
    const answer = await httpGet(url, { dispatcher: this.sessions.pool, headers, signal: timeout }).catch(
      rethrowAsConnectionError,
    );
    const body = await readBody(answer.body).catch(rethrowAsConnectionError);
    if (answer.statusCode === 200) return parsedOrUndefined(body);
    if (answer.statusCode === 403) session.correctClock(firstHeaderValue(answer.headers.date));
    throw fromAwsError(parseAwsError(answer.statusCode, answer.headers, body));
  }
}

async function readBody(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > MAX_PAGE_BYTES) throw new Error('the page of the listing is larger than 16 MiB');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parsedOrUndefined(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function rethrowAsConnectionError(cause: Error): never {
  throw connectionError(cause);
}

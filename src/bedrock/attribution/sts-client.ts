import type { TemporaryCredentials } from '../sessions/assumed-role.ts';
import type { Credentials } from '../sessions/request-signer.ts';
import type { SessionTag } from './attributed-caller.ts';

/** Milliseconds for a connection to STS. */
const STS_CONNECT_MS = 2_000;
/** Milliseconds for one attempt at STS, including its answer. */
const STS_ANSWER_MS = 5_000;
/** Maximum number of requests in progress, so that many teams do not exhaust the quota of STS, which an account shares. */
const MAX_STS_REQUESTS = 20;

/** A session to create. */
export interface RoleSession {
  readonly roleArn: string;
  readonly externalId: string | undefined;
  readonly sessionName: string;
  readonly seconds: number;
  readonly tags: readonly SessionTag[];
}

type FromTemporaryCredentials = typeof import('@aws-sdk/credential-providers').fromTemporaryCredentials;
type ProviderOptions = Parameters<FromTemporaryCredentials>[0];

/**
 * Calls AssumeRole of STS in one region; AWS_ENDPOINT_URL_STS replaces the endpoint. The SDK's client is loaded with the first
 * call, and serves all sessions.
 */
export class StsClient {
  private readonly region: string;
  private readonly ownCredentials: () => Promise<Credentials>;
  private options?: ProviderOptions;
  private provider?: ReturnType<FromTemporaryCredentials>;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** `ownCredentials` are those of the gateway. */
  constructor(region: string, ownCredentials: () => Promise<Credentials>) {
    this.region = region;
    this.ownCredentials = ownCredentials;
  }

  /** Resolves with the credentials of a session. Rejects with the error of STS. */
  async assumeRole(session: RoleSession): Promise<TemporaryCredentials> {
    if (this.running >= MAX_STS_REQUESTS) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running += 1;
    try {
      return await this.send(session);
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }

  private async send({ roleArn, externalId, sessionName, seconds, tags }: RoleSession): Promise<TemporaryCredentials> {
    const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
    const params = {
      RoleArn: roleArn,
      ExternalId: externalId,
      RoleSessionName: sessionName,
      DurationSeconds: seconds,
      Tags: [...tags],
    };
    if (this.provider === undefined || this.options === undefined) {
      this.options = {
        params,
        masterCredentials: this.ownCredentials,
        clientConfig: {
          region: this.region,
          maxAttempts: 2,
          requestHandler: {
            connectionTimeout: STS_CONNECT_MS,
            requestTimeout: STS_ANSWER_MS,
            throwOnRequestTimeout: true,
          },
        },
      };
      this.provider = fromTemporaryCredentials(this.options);
    }
    // The provider copies the parameters before its first wait. A provider for each session would have a separate client.
    this.options.params = params;
    return this.provider();
  }
}

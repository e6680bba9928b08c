import type { AccountConfig, GatewayConfig } from '../../config/gateway-config.ts';
import { regionOf } from '../../config/sections/bedrock-config.ts';
import { AssumedRole } from './assumed-role.ts';

/** Milliseconds for a connection to STS. */
const CONNECT_MS = 2_000;
/** Milliseconds for one attempt at STS, including its answer. */
const ANSWER_MS = 5_000;

/** Holds one assumed role for each account of `bedrock.accounts`, whatever the number of regions. */
export class AssumedRoles {
  private readonly roles = new Map<string, AssumedRole>();
  /**
   * The last known configuration of each account. A request in progress still needs an account that a new configuration has
   * removed.
   */
  private readonly latest = new Map<string, AccountConfig>();
  private readonly config: GatewayConfig;

  constructor(config: GatewayConfig) {
    this.config = config;
  }

  /** Returns the credentials provider of an account. Throws for a name that `bedrock.accounts` does not contain. */
  of(name: string): AssumedRole['credentials'] {
    const account = this.config.bedrock.accounts.find((one) => one.name === name) ?? this.latest.get(name);
    if (account === undefined) throw new Error(`"${name}" is not an account in bedrock.accounts`);
    this.latest.set(name, account);
    // The key includes the role, so an account whose role has changed gets new credentials.
    const key = JSON.stringify(account);
    let role = this.roles.get(key);
    if (role === undefined)
      this.roles.set(key, (role = new AssumedRole(assume(account, regionOf(this.config.bedrock)))));
    return role.credentials;
  }
}

/**
 * Creates a function that assumes the role at STS in `region`; AWS_ENDPOINT_URL_STS replaces the endpoint. The SDK's client
 * for STS is loaded with the first call, because a gateway with a single account does not need it.
 */
function assume({ roleArn, externalId, sessionName }: AccountConfig, region: string) {
  let provider: ReturnType<typeof import('@aws-sdk/credential-providers').fromTemporaryCredentials> | undefined;
  return async () => {
    if (provider === undefined) {
      const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
      provider = fromTemporaryCredentials({
        params: { RoleArn: roleArn, ExternalId: externalId, RoleSessionName: sessionName },
        clientConfig: {
          region,
          maxAttempts: 2,
          requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS, throwOnRequestTimeout: true },
        },
      });
    }
    return provider();
  };
}

import type { AccountConfig, GatewayConfig } from '../../config/gateway-config.ts';
import { regionOf } from '../../config/sections/bedrock-config.ts';
import { AssumedRole } from './assumed-role.ts';

/** Of STS: connecting, and one attempt with its answer. */
const CONNECT_MS = 2_000;
const ANSWER_MS = 5_000;

/** The accounts beside the own one: one assumed role each, whatever number of regions it is used in. */
export class AssumedRoles {
  private readonly roles = new Map<string, AssumedRole>();
  /** As last asked for: a request on its way keeps the account that it is for when the configuration drops it. */
  private readonly latest = new Map<string, AccountConfig>();
  private readonly config: GatewayConfig;

  constructor(config: GatewayConfig) {
    this.config = config;
  }

  /** Gives the credentials of an account; throws for a name that is none of bedrock.accounts. */
  of(name: string): AssumedRole['credentials'] {
    const account = this.config.bedrock.accounts.find((one) => one.name === name) ?? this.latest.get(name);
    if (account === undefined) throw new Error(`"${name}" is none of bedrock.accounts`);
    this.latest.set(name, account);
    // Another role under the same name is another one.
    const key = JSON.stringify(account);
    let role = this.roles.get(key);
    if (role === undefined)
      this.roles.set(key, (role = new AssumedRole(assume(account, regionOf(this.config.bedrock)))));
    return role.credentials;
  }
}

/**
 * Asks STS in the region; AWS_ENDPOINT_URL_STS moves it. The SDK's client for it is loaded with the first question,
 * so that a gateway of one account does not pay for it.
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

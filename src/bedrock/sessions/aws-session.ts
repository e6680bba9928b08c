import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { regionPattern } from '../../config/sections/region.ts';
import { GatewayError } from '../../errors/errors.ts';
import { type Credentials, RequestSigner, type UnsignedRequest } from './request-signer.ts';

const NO_BODY = Buffer.alloc(0);
const BEARER_SCHEME = 'smithy.api#httpBearerAuth';
/** AWS refuses signatures more than five minutes off; smaller differences are not worth a correction. */
const TOLERATED_SKEW_MS = 4 * 60_000;

/** AWS's own hosts (`bedrock-runtime-fips.us-east-1.amazonaws.com`); the control plane drops one word of it. */
const RUNTIME_HOST = /^(https?:\/\/)bedrock-runtime(-fips)?(?=\.)/;

/** Endpoints are overrides: for VPC endpoints and the emulator. */
export interface AwsSessionSettings {
  region: string;
  endpoint?: string;
  controlPlaneEndpoint?: string;
  /** In place of AWS's standard chain: those of an assumed role. */
  credentials?: () => Promise<Credentials>;
}

/**
 * Who the gateway is to AWS in one region: endpoint, credentials and signatures. The SDK's client
 * resolves all three from AWS's standard environment (credential chain, profiles, web identity,
 * Pod Identity, bearer token) and refreshes them; it never sends a request of the hot path.
 */
export class AwsSession {
  readonly client: BedrockRuntimeClient;
  private readonly signer: RequestSigner;
  private readonly endpoint: Promise<URL>;
  private readonly controlPlaneEndpoint?: string;
  private readonly usesBearer: Promise<boolean>;
  private readonly credentials?: () => Promise<Credentials>;
  private skewMs = 0;

  constructor(settings: AwsSessionSettings) {
    if (!regionPattern.test(settings.region)) throw new Error(`"${settings.region}" is not the name of an AWS region`);
    // maxAttempts: the gateway retries itself; two loops would multiply.
    this.client = new BedrockRuntimeClient({ region: settings.region, endpoint: settings.endpoint, maxAttempts: 1 });
    this.signer = new RequestSigner(settings.region);
    this.endpoint = this.resolveEndpoint(settings);
    this.controlPlaneEndpoint = settings.controlPlaneEndpoint;
    this.credentials = settings.credentials;
    this.usesBearer = this.client.config.authSchemePreference().then((schemes) => schemes[0] === 'httpBearerAuth');
    this.endpoint.catch(() => {});
    this.usesBearer.catch(() => {});
  }

  /** Origin of Bedrock Runtime in this region, e.g. `https://bedrock-runtime.eu-west-1.amazonaws.com`. */
  async origin(): Promise<URL> {
    return this.endpoint;
  }

  /** Resolves when credentials are at hand; rejects with the SDK's reason why not. */
  async check(): Promise<void> {
    await this.identity();
  }

  /** Origin of the control plane, e.g. `https://bedrock.eu-west-1.amazonaws.com`: the runtime's where nothing else is known. */
  async controlOrigin(): Promise<URL> {
    if (this.controlPlaneEndpoint !== undefined) return new URL(this.controlPlaneEndpoint);
    const runtime = await this.endpoint;
    return new URL(runtime.href.replace(RUNTIME_HOST, (_, scheme: string, fips = '') => `${scheme}bedrock${fips}`));
  }

  /** All headers of a signed POST of `body` to `path` (already URL-encoded); `extra` are signed and sent, too. */
  async signedHeaders(
    path: string,
    body: Buffer,
    accept: string,
    extra?: UnsignedRequest['extra'],
  ): Promise<Record<string, string>> {
    const { host } = await this.endpoint;
    const contentType = 'application/json';
    const headers = await this.authorize({ method: 'POST', host, path, query: '', contentType, body, extra });
    headers['content-type'] = contentType;
    headers.accept = accept;
    return extra === undefined ? headers : Object.assign(headers, extra);
  }

  /** All headers of a signed GET from the control plane. `query` is encoded, sorted by name. */
  async signedControlHeaders(path: string, query: string): Promise<Record<string, string>> {
    const { host } = await this.controlOrigin();
    const headers = await this.authorize({ method: 'GET', host, path, query, body: NO_BODY });
    headers.accept = 'application/json';
    return headers;
  }

  /** Learns the difference between this machine's clock and AWS's from a refusal's `date` header. */
  correctClock(date: string | undefined): boolean {
    const theirs = Date.parse(date ?? '');
    if (Number.isNaN(theirs)) return false;
    const skew = theirs - Date.now();
    if (Math.abs(skew - this.skewMs) < TOLERATED_SKEW_MS) return false;
    this.skewMs = skew;
    return true;
  }

  destroy(): void {
    this.client.destroy();
  }

  private async authorize(request: UnsignedRequest): Promise<Record<string, string>> {
    const identity = await this.identity();
    if ('token' in identity) return { host: request.host, authorization: `Bearer ${identity.token}` };
    return this.signer.sign(request, identity, new Date(Date.now() + this.skewMs));
  }

  /** Credentials to sign with, or the token where AWS_BEARER_TOKEN_BEDROCK asks for one. */
  private async identity(): Promise<Credentials | { token: string }> {
    try {
      // The bearer token of the environment is the own account's.
      if (this.credentials !== undefined) return await this.credentials();
      if (!(await this.usesBearer)) return await this.client.config.credentials();
      const scheme = this.client.config.httpAuthSchemes.find(({ schemeId }) => schemeId === BEARER_SCHEME);
      const provider = scheme?.identityProvider({ getIdentityProvider: () => undefined });
      const identity = await provider?.({});
      if (identity === undefined || !('token' in identity)) throw new Error('the bearer token for Bedrock is gone');
      return { token: String(identity.token) };
    } catch (cause) {
      throw new GatewayError({
        status: 500,
        type: 'server_error',
        code: 'upstream_auth_error',
        message: 'The gateway has no usable AWS credentials.',
        cause,
      });
    }
  }

  private async resolveEndpoint(settings: AwsSessionSettings): Promise<URL> {
    if (settings.endpoint !== undefined) return new URL(settings.endpoint);
    const { config } = this.client;
    const configured = await config.serviceConfiguredEndpoint?.();
    if (configured !== undefined) return new URL(configured);
    const [useFips, useDualStack] = await Promise.all([config.useFipsEndpoint(), config.useDualstackEndpoint()]);
    return config.endpointProvider({ Region: settings.region, UseFIPS: useFips, UseDualStack: useDualStack }).url;
  }
}

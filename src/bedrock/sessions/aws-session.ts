import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { regionPattern } from '../../config/sections/region.ts';
import { GatewayError } from '../../errors/errors.ts';
import { type Credentials, RequestSigner, type UnsignedRequest } from './request-signer.ts';
import type { SigningIdentity } from './signing-identity.ts';

const NO_BODY = Buffer.alloc(0);
const BEARER_SCHEME = 'smithy.api#httpBearerAuth';
/** AWS rejects signatures that are more than five minutes off. Smaller differences need no correction. */
const TOLERATED_SKEW_MS = 4 * 60_000;

/**
 * AWS's own hosts (`bedrock-runtime-fips.us-east-1.amazonaws.com`). The hosts of the control plane do not contain
 * `-runtime`.
 */
const RUNTIME_HOST = /^(https?:\/\/)bedrock-runtime(-fips)?(?=\.)/;

/** A POST to sign. */
export interface SignedPost {
  /** URL-encoded path. */
  readonly path: string;
  readonly body: Buffer;
  readonly accept: string;
  readonly headers?: UnsignedRequest['extra'];
}

/** Region, endpoints and credentials of a session. The endpoints override AWS's, for VPC endpoints and the emulator. */
export interface AwsSessionSettings {
  region: string;
  endpoint?: string;
  controlPlaneEndpoint?: string;
  /** Credentials of an assumed role, which replace AWS's standard chain. */
  credentials?: () => Promise<Credentials>;
}

/**
 * Resolves endpoint and credentials in one region, and signs requests. The SDK's client resolves them from AWS's standard
 * environment (credential chain, profiles, web identity, Pod Identity, bearer token) and refreshes them. The client sends no
 * request of the hot path.
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
    // The gateway retries by itself; retries of the SDK would multiply the attempts.
    this.client = new BedrockRuntimeClient({ region: settings.region, endpoint: settings.endpoint, maxAttempts: 1 });
    this.signer = new RequestSigner(settings.region);
    this.endpoint = this.resolveEndpoint(settings);
    this.controlPlaneEndpoint = settings.controlPlaneEndpoint;
    this.credentials = settings.credentials;
    this.usesBearer = this.client.config.authSchemePreference().then((schemes) => schemes[0] === 'httpBearerAuth');
    this.endpoint.catch(() => {});
    this.usesBearer.catch(() => {});
  }

  /** Returns the origin of Bedrock Runtime in this region, e.g. `https://bedrock-runtime.eu-west-1.amazonaws.com`. */
  async origin(): Promise<URL> {
    return this.endpoint;
  }

  /**
   * Resolves if credentials are available. Rejects with GatewayError `upstream_auth_error`, whose cause is the SDK's error.
   */
  async check(): Promise<void> {
    await this.identity();
  }

  /**
   * Returns the origin of the control plane, e.g. `https://bedrock.eu-west-1.amazonaws.com`. A custom runtime endpoint
   * without a control endpoint serves both.
   */
  async controlOrigin(): Promise<URL> {
    if (this.controlPlaneEndpoint !== undefined) return new URL(this.controlPlaneEndpoint);
    const runtime = await this.endpoint;
    return new URL(runtime.href.replace(RUNTIME_HOST, (_, scheme: string, fips = '') => `${scheme}bedrock${fips}`));
  }

  /**
   * Returns all headers of a signed POST of `body` to `path` (already URL-encoded). `extra` are further headers to sign and
   * send. `identity` replaces the credentials of the session.
   */
  async signedHeaders(
    { path, body, accept, headers: extra }: SignedPost,
    identity?: SigningIdentity,
  ): Promise<Record<string, string>> {
    const { host } = await this.endpoint;
    const contentType = 'application/json';
    const unsigned: UnsignedRequest = { method: 'POST', host, path, query: '', contentType, body, extra };
    const headers =
      identity === undefined
        ? await this.authorize(unsigned)
        : identity.signer.sign(unsigned, identity.credentials, this.awsTime());
    headers['content-type'] = contentType;
    headers.accept = accept;
    return extra === undefined ? headers : Object.assign(headers, extra);
  }

  /** Returns all headers of a signed GET from the control plane. `query` is URL-encoded and sorted by name. */
  async signedControlHeaders(path: string, query: string): Promise<Record<string, string>> {
    const { host } = await this.controlOrigin();
    const headers = await this.authorize({ method: 'GET', host, path, query, body: NO_BODY });
    headers.accept = 'application/json';
    return headers;
  }

  /** Corrects the clock by the `date` header of an AWS error. Returns true if the correction changed. */
  correctClock(date: string | undefined): boolean {
    const awsTime = Date.parse(date ?? '');
    if (Number.isNaN(awsTime)) return false;
    const skew = awsTime - Date.now();
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
    return this.signer.sign(request, identity, this.awsTime());
  }

  private awsTime(): Date {
    return new Date(Date.now() + this.skewMs);
  }

  /** Returns the credentials, or the token if AWS_BEARER_TOKEN_BEDROCK is set. */
  private async identity(): Promise<Credentials | { token: string }> {
    try {
      // The bearer token of the environment belongs to the gateway's own account.
      if (this.credentials !== undefined) return await this.credentials();
      if (!(await this.usesBearer)) return await this.client.config.credentials();
      const scheme = this.client.config.httpAuthSchemes.find(({ schemeId }) => schemeId === BEARER_SCHEME);
      const provider = scheme?.identityProvider({ getIdentityProvider: () => undefined });
      const identity = await provider?.({});
      if (identity === undefined || !('token' in identity))
        throw new Error('AWS_BEARER_TOKEN_BEDROCK was set at the start, but holds no token any more');
      return { token: String(identity.token) };
    } catch (cause) {
      throw new GatewayError({
        code: 'upstream_auth_error',
        message: 'The gateway has no valid AWS credentials. Ask its operator to check them.',
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

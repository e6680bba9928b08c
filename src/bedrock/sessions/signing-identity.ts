import type { Credentials, RequestSigner } from './request-signer.ts';

/** Credentials that replace those of a session for one call, with the signer that keeps their signing key. */
export interface SigningIdentity {
  readonly credentials: Credentials;
  readonly signer: RequestSigner;
}

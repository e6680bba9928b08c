import type { HttpRequestContext } from '../context/http-request-context.ts';

/** Another URL of an endpoint. */
interface AliasedUrl {
  /** The URL of the endpoint, with the query of the request. */
  url: string;
  /** The model that the path names, as Azure's paths do. */
  deployment?: string;
}

/** Azure's paths (Azure OpenAI REST API reference, 2026-11): with a deployment, of the v1 API, and with `api-version`. */
const AZURE_DEPLOYMENT = /^\/openai\/deployments\/([^/?]+)\/(.+)$/;
const AZURE = /^\/openai\/(?:v1\/)?(.+)$/;
/** Prefix of Anthropic's API behind gateways and on Azure. */
const ANTHROPIC = '/anthropic/v1/';

/** Returns the endpoint of an alias; undefined for any other URL. */
export function aliasedUrl(url: string): AliasedUrl | undefined {
  if (url.startsWith(ANTHROPIC)) return { url: `/v1/${url.slice(ANTHROPIC.length)}` };
  if (!url.startsWith('/openai/')) return undefined;
  const [, name, endpoint] = AZURE_DEPLOYMENT.exec(url) ?? [];
  if (name === undefined) {
    const [, rest] = AZURE.exec(url) ?? [];
    return rest === undefined ? undefined : { url: `/v1/${rest}` };
  }
  const deployment = decoded(name);
  return deployment === undefined ? undefined : { url: `/v1/${endpoint}`, deployment };
}

/** Sets the model of a body to the deployment in the path. As on Azure, the deployment overrides the body's model. */
export function withDeployment(body: unknown, { deployment }: Pick<HttpRequestContext, 'deployment'>): unknown {
  if (deployment === undefined || typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return { ...body, model: deployment };
}

function decoded(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

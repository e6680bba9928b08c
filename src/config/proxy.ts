const PROXY_VARIABLES = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'];

/** Returns true if a proxy is configured. Whether a request uses it depends on `NO_PROXY` when it is sent. */
export function usesProxy(environment: NodeJS.ProcessEnv = process.env): boolean {
  return PROXY_VARIABLES.some((name) => environment[name]);
}

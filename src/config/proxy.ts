const PROXY_VARIABLES = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'];

/** Whether requests to the outside may have to go through a proxy; which ones, `NO_PROXY` says as they are sent. */
export function usesProxy(environment: NodeJS.ProcessEnv = process.env): boolean {
  return PROXY_VARIABLES.some((name) => environment[name]);
}

/** Label matchers for the pods that are selected at the top of a dashboard. */
export const OWN = 'namespace=~"$namespace",pod=~"$pod"';
/** Label matcher for the routes that call models. */
export const MODELS = 'route=~"/v1/.+"';

export const rate = (metric: string, by: string, more = '') =>
  `sum by (${by}) (rate(${metric}{${OWN}${more && `,${more}`}}[$__rate_interval]))`;
export const quantile = (q: number, metric: string, by: string) =>
  `histogram_quantile(${q}, ${rate(`${metric}_bucket`, [by, 'le'].filter(Boolean).join(', '))})`;
/** Returns the share of requests that match `part` in all requests to models. */
export const ratio = (part: string) =>
  `sum(rate(outcrop_requests_total{${OWN},${MODELS},${part}}[$__rate_interval])) / ` +
  `sum(rate(outcrop_requests_total{${OWN},${MODELS}}[$__rate_interval]))`;

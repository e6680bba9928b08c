import { badRequest } from '../errors.ts';

/**
 * As many as Anthropic's own API takes (Messages API reference, 2026-11). A million of one letter fit into a body of
 * 30 MB and would keep everybody else waiting for seconds.
 */
export const MOST_MESSAGES = 100_000;
/** Far beyond what a model can choose from; a bound of the gateway's own, for the same reason. */
export const MOST_TOOLS = 10_000;

/** For lists that no envelope bounds. Throws GatewayError 400 with `param`. */
export function requireAtMost(most: number, entries: readonly unknown[], param: string): void {
  if (entries.length > most) throw badRequest(`${param} must hold no more than ${most} entries.`, param);
}

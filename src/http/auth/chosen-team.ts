import type { GatewayRequest } from '../context/http-request-context.ts';

/** Returns the team that a caller with several teams chooses by `x-outcrop-team`. */
export function chosenTeam({ headers }: GatewayRequest): string | undefined {
  const team = headers['x-outcrop-team'];
  return typeof team === 'string' && team !== '' ? team : undefined;
}

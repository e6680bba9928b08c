import type { GatewayError } from '../../errors/errors.ts';
import type { Target } from '../../models/types/model.ts';
import { reasonOf } from '../../errors/described-error.ts';
import type { CoolDown } from './target-health.ts';
import type { Caller } from '../../request/caller.ts';

/** Returns the log message of a cool-down: its target, duration, scope and reason. */
export function coolDownText(
  { id }: Target,
  { pauseMs, scope }: CoolDown,
  { code, exception, cause }: GatewayError,
  caller: Caller | undefined,
): string {
  const requests = scope === 'all' ? 'all requests' : `requests of the key ${caller?.name ?? 'unknown'}`;
  const reason = cause instanceof Error ? reasonOf(cause) : exception;
  return `target ${id} is in cool-down for ${pauseMs / 1_000} s, for ${requests}: ${code}${reason ? ` (${reason})` : ''}`;
}

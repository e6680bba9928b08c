import type { GatewayError } from '../../errors/errors.ts';
import type { Target } from '../../models/types/model.ts';
import { reasonOf } from '../../errors/described-error.ts';
import type { CoolDown } from './target-health.ts';
import type { Caller } from '../../request/caller.ts';

/** The log line of a cool-down. */
export interface CoolDownFields {
  event: 'target_cooldown';
  target: string;
  code: string | null;
  cooldownMs: number;
  /** Name of the API key, if the cool-down applies to its requests only. */
  key?: string;
  /** Error code of the operating system, or exception of AWS. */
  reason?: string;
  msg: string;
}

/** Returns the log line of a cool-down: the target, the duration, the affected API key and the reason. */
export function coolDownFields(
  { id }: Target,
  { pauseMs, scope }: CoolDown,
  { code, exception, cause }: GatewayError,
  caller: Caller | undefined,
): CoolDownFields {
  const reason = cause instanceof Error ? reasonOf(cause) : exception;
  return {
    event: 'target_cooldown',
    target: id,
    code,
    cooldownMs: pauseMs,
    ...(scope === 'key' && { key: caller?.name ?? 'unknown' }),
    ...(reason && { reason }),
    msg: 'the target is in cool-down',
  };
}

import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DrainService } from '../../http/drain/drain.service.ts';

/**
 * `reason` is for everyone: it names no file, host, account or key. `detail` may, and is for callers with an API key and
 * for the management port.
 */
export type ReadinessResult = { ok: true } | { ok: false; reason: string; detail?: string };

/** Answers at once, from what is known already: probes come every few seconds and must not hang. */
export type ReadinessCheck = () => ReadinessResult;

/** What has to be so for this process to take requests. */
@Injectable()
export class ReadinessService implements OnApplicationBootstrap {
  private readonly checks = new Map<string, ReadinessCheck>();
  private started = false;

  constructor(drain: DrainService) {
    this.register('started', () => this.start());
    this.register('accepting', () => (drain.draining ? { ok: false, reason: 'shutting down' } : { ok: true }));
  }

  register(name: string, check: ReadinessCheck): void {
    this.checks.set(name, check);
  }

  onApplicationBootstrap(): void {
    this.started = true;
  }

  /** Whether the configuration is loaded and everything is wired. */
  start(): ReadinessResult {
    return this.started ? { ok: true } : { ok: false, reason: 'starting' };
  }

  conditions(): ReadonlyMap<string, ReadinessResult> {
    return new Map([...this.checks].map(([name, check]) => [name, safely(check)]));
  }
}

function safely(check: ReadinessCheck): ReadinessResult {
  try {
    return check();
  } catch (error) {
    return { ok: false, reason: 'the check failed', detail: error instanceof Error ? error.message : String(error) };
  }
}

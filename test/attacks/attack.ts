import type { EmulatorProcess } from '../support/emulator-process.ts';
import type { GatewayProcess, Settings } from '../support/gateway-process.ts';

export interface Attack {
  /** Unique name, as the table prints it: 'gzip of nested lists without a key'. */
  name: string;
  /** The limit that stops the attack, as docs/security.md or docs/request-limits.md names it. */
  limit: string;
  /** Settings that override those of the suite, section by section: the chart's `config`, two keys, the emulator. */
  settings?: Settings;
  /** Serves HTTPS with a self-signed certificate. */
  tls?: true;
  /** Part of the short run in CI. */
  short?: true;
  /** CPU seconds that the gateway may use for the attack, without those of the second key. */
  maxCpuSeconds?: number;
  /** Highest p50 of the second key during the attack, as a multiple of its idle p50; default 10, and at least 50 ms. */
  maxSlowdown?: number;
  /** Sends the attack. Resolves when it is over, with the violations; empty if there are none. */
  run(target: AttackTarget): Promise<string[]>;
}

export interface AttackTarget {
  /** `http://127.0.0.1:PORT`, or https if the attack has `tls`. */
  origin: string;
  port: number;
  /** Port of probes and metrics, over plain HTTP. */
  managementPort: number;
  gateway: GatewayProcess;
  attackerKey: string;
  /** The key that sends small chat requests during the attack. */
  otherKey: string;
  emulator: EmulatorProcess;
  emulatorOrigin: string;
  /** Stops the requests of the second key, sends SIGTERM, and resolves when the process has ended. */
  terminate(): Promise<Termination>;
}

export interface Termination {
  /** Time from the signal to the end of the process. */
  seconds: number;
  /** Exit code; null if the process was killed after `TERMINATION_PATIENCE_MS`. */
  code: number | null;
}

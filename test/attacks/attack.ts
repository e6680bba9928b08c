import type { EmulatorProcess } from '../support/emulator-process.ts';
import type { GatewayProcess, Settings } from '../support/gateway-process.ts';

export interface Attack {
  /** Unique, as the table prints it: 'gzip of nested lists without a key'. */
  name: string;
  /** The limit that stops it, as docs/security.md or docs/request-limits.md names it. */
  limit: string;
  /** Settings laid over those of the suite, section by section: the chart's `config`, two keys, the emulator. */
  settings?: Settings;
  /** Serves HTTPS with a certificate that signs itself. */
  tls?: true;
  /** Part of the short form that CI runs. */
  short?: true;
  /** CPU seconds that the gateway may spend on it, without those of the second key. */
  maxCpuSeconds?: number;
  /** How many times its idle p50 the second key may see meanwhile; default 10, and never less than 50 ms. */
  maxSlowdown?: number;
  /** Sends the attack. Resolves when it is over, with what did not hold; empty when all did. */
  run(target: AttackTarget): Promise<string[]>;
}

export interface AttackTarget {
  /** `http://127.0.0.1:PORT`, or https where the attack has `tls`. */
  origin: string;
  port: number;
  /** Port of probes and metrics, over plain HTTP. */
  managementPort: number;
  gateway: GatewayProcess;
  attackerKey: string;
  /** The key that sends small chat requests all the while. */
  otherKey: string;
  emulator: EmulatorProcess;
  emulatorOrigin: string;
  /** Stops the requests of the second key, sends SIGTERM, and resolves when the process has ended. */
  terminate(): Promise<Termination>;
}

export interface Termination {
  /** From the signal to the end of the process. */
  seconds: number;
  /** Exit code; null when the process had to be killed after `TERMINATION_PATIENCE_MS`. */
  code: number | null;
}

import { GatewayConfig } from './gateway-config.ts';
import { settingsOf } from './settings/setting.ts';

/**
 * Hears of a new configuration before it holds. Makes aside what it needs of it, throws to refuse the whole of it, and
 * returns what takes it over: that must not throw, and runs when all others have agreed.
 */
export type ConfigListener = (next: GatewayConfig, previous: GatewayConfig) => (() => void) | void;

/** The configuration of this moment, for a process that outlives its changes. */
export class LiveConfig {
  /**
   * What is injected as GatewayConfig: its sections are those of this moment. A section is frozen and is changed as a
   * whole, so what belongs together is read from one section in one go.
   */
  readonly view: GatewayConfig;
  private snapshot: GatewayConfig;
  private readonly listeners = new Set<ConfigListener>();

  constructor(config: GatewayConfig) {
    this.snapshot = config;
    this.view = viewOn(() => this.snapshot);
  }

  /** All of it, frozen; stays what it is when another one follows. */
  get current(): GatewayConfig {
    return this.snapshot;
  }

  /** How many listen. */
  get listenerCount(): number {
    return this.listeners.size;
  }

  /** Takes over a configuration at one blow. Throws an AggregateError with what the listeners say; nothing has changed then. */
  swap(next: GatewayConfig): void {
    const refusals: unknown[] = [];
    const takeOvers: (() => void)[] = [];
    for (const listener of this.listeners) {
      try {
        const takeOver = listener(next, this.snapshot);
        if (takeOver) takeOvers.push(takeOver);
      } catch (error) {
        refusals.push(error);
      }
    }
    if (refusals.length > 0) throw new AggregateError(refusals, 'The configuration cannot be taken over.');
    this.snapshot = next;
    for (const takeOver of takeOvers) takeOver();
  }

  /** For what has to act on a change; what only reads settings needs none, and `Derived` does for what is made of them. */
  onChange(listener: ConfigListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** A getter for each section of the class. */
function viewOn(current: () => GatewayConfig): GatewayConfig {
  const view = Object.create(GatewayConfig.prototype) as GatewayConfig;
  for (const name of settingsOf(GatewayConfig).keys()) {
    Object.defineProperty(view, name, { enumerable: true, get: () => current()[name as keyof GatewayConfig] });
  }
  return Object.freeze(view);
}

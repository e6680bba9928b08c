import { GatewayConfig } from './gateway-config.ts';
import type { FileStamp } from './reload/file-stamp.ts';
import { settingsOf } from './settings/setting.ts';

/**
 * Called before a new configuration takes effect. Prepares what it needs, throws to reject the whole configuration, and
 * returns a function that applies it. That function must not throw; it runs after all listeners have accepted.
 */
export type ConfigListener = (next: GatewayConfig, previous: GatewayConfig) => (() => void) | void;

/** Reads what a new configuration refers to, before it takes effect. Rejects to reject the whole configuration. */
export type ConfigPreparer = (next: GatewayConfig, previous: GatewayConfig) => Promise<void>;

/** The current configuration of a running process. */
export class LiveConfig {
  /**
   * The GatewayConfig that is injected. Its sections are those of the current configuration. A section is frozen and
   * replaced as a whole, so related settings should be read from one section at the same time.
   */
  readonly view: GatewayConfig;
  private snapshot: GatewayConfig;
  private readonly listeners = new Set<ConfigListener>();
  private readonly preparers = new Set<ConfigPreparer>();
  /** Files that a rejected configuration refers to. A change of them can make it valid, so it is read again then. */
  readonly rejectedFiles = new Map<string, FileStamp>();

  constructor(config: GatewayConfig) {
    this.snapshot = config;
    this.view = viewOn(() => this.snapshot);
  }

  /** The current configuration, frozen. The object does not change when another one follows. */
  get current(): GatewayConfig {
    return this.snapshot;
  }

  /** Number of listeners. */
  get listenerCount(): number {
    return this.listeners.size;
  }

  /** Lets all parts prepare a configuration for `swap`. Rejects with the error of the first part that rejects it. */
  async prepare(next: GatewayConfig): Promise<void> {
    this.rejectedFiles.clear();
    for (const prepare of this.preparers) await prepare(next, this.snapshot);
  }

  /** Adds a preparer. Returns a function that removes it. */
  onPrepare(preparer: ConfigPreparer): () => void {
    this.preparers.add(preparer);
    return () => this.preparers.delete(preparer);
  }

  /**
   * Replaces the configuration. Throws an AggregateError with the errors of the listeners, in which case nothing changes.
   */
  swap(next: GatewayConfig): void {
    const errors: unknown[] = [];
    const applyFunctions: (() => void)[] = [];
    for (const listener of this.listeners) {
      try {
        const apply = listener(next, this.snapshot);
        if (apply) applyFunctions.push(apply);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'The configuration cannot be applied.');
    this.snapshot = next;
    for (const apply of applyFunctions) apply();
  }

  /**
   * Adds a listener that must act on changes. Code that only reads settings needs none, and values derived from settings use
   * `DerivedFromConfig`. Returns a function that removes the listener.
   */
  onChange(listener: ConfigListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** Returns an object with a getter for each section. */
function viewOn(current: () => GatewayConfig): GatewayConfig {
  const view = Object.create(GatewayConfig.prototype) as GatewayConfig;
  for (const name of settingsOf(GatewayConfig).keys()) {
    Object.defineProperty(view, name, { enumerable: true, get: () => current()[name as keyof GatewayConfig] });
  }
  return Object.freeze(view);
}

import { Counter, type Registry } from 'prom-client';
import type { RequestLogLine } from '../../request/request-log-line.ts';

const MAX_KEYS = 1_000;

interface KeyUsage {
  requests: Map<string, number>;
  tokens: { input: number; output: number; cache_read: number; cache_write: number };
  cost: number;
}

/** Usage of each API key. Plain sums are converted to metrics at the scrape, so that requests cost almost nothing. */
export class KeyUsageMetrics {
  private readonly uses = new Map<string, KeyUsage>();

  constructor(registry: Registry) {
    const counter = (
      name: string,
      help: string,
      labels: readonly string[],
      report: (key: string, use: KeyUsage, counter: Counter) => void,
    ): Counter => {
      const made: Counter = new Counter({
        name: `outcrop_key_${name}_total`,
        help,
        labelNames: ['key', ...labels],
        registers: [registry],
        collect: () => {
          made.reset();
          for (const [key, use] of this.uses) report(key, use, made);
        },
      });
      return made;
    };
    counter('requests', 'Finished requests of an API key.', ['status'], (key, { requests }, made) => {
      for (const [status, count] of requests) made.inc({ key, status }, count);
    });
    counter('tokens', 'Tokens that an API key used, as Bedrock counts them.', ['kind'], (key, { tokens }, made) => {
      for (const [kind, count] of Object.entries(tokens)) made.inc({ key, kind }, count);
    });
    counter('cost_usd', 'Cost of the usage of an API key at list prices.', [], (key, { cost }, made) =>
      made.inc({ key }, cost),
    );
  }

  add(key: string, { status, usage, costUsd }: Pick<RequestLogLine, 'status' | 'usage' | 'costUsd'>): void {
    const use = this.useOf(key);
    const statusClass = `${Math.floor(status / 100)}xx`;
    use.requests.set(statusClass, (use.requests.get(statusClass) ?? 0) + 1);
    use.cost += costUsd ?? 0;
    if (usage === undefined) return;
    use.tokens.input += usage.input;
    use.tokens.output += usage.output;
    use.tokens.cache_read += usage.cacheRead;
    use.tokens.cache_write += usage.cacheWrite;
  }

  /** Returns the usage of a key. Keys beyond the limit share one entry. */
  private useOf(key: string): KeyUsage {
    const name = this.uses.has(key) || this.uses.size < MAX_KEYS ? key : 'other';
    let use = this.uses.get(name);
    if (use === undefined) {
      use = { requests: new Map(), tokens: { input: 0, output: 0, cache_read: 0, cache_write: 0 }, cost: 0 };
      this.uses.set(name, use);
    }
    return use;
  }
}

import { Counter, type Registry } from 'prom-client';
import type { RequestLogLine } from '../../request/request-log-line.ts';

const MOST_KEYS = 1_000;

interface Use {
  requests: Map<string, number>;
  tokens: { input: number; output: number; cache_read: number; cache_write: number };
  cost: number;
}

/** What each API key used. Added up plainly and made into metrics only when somebody asks: requests pay next to nothing. */
export class KeyUsageMetrics {
  private readonly uses = new Map<string, Use>();

  constructor(registry: Registry) {
    const counter = (
      name: string,
      help: string,
      labels: readonly string[],
      tell: (key: string, use: Use, counter: Counter) => void,
    ): Counter => {
      const made: Counter = new Counter({
        name: `outcrop_key_${name}_total`,
        help,
        labelNames: ['key', ...labels],
        registers: [registry],
        collect: () => {
          made.reset();
          for (const [key, use] of this.uses) tell(key, use, made);
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
    counter('cost_usd', 'What an API key used, at list prices.', [], (key, { cost }, made) => made.inc({ key }, cost));
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

  /** Beyond the bound, keys share one. */
  private useOf(key: string): Use {
    const name = this.uses.has(key) || this.uses.size < MOST_KEYS ? key : 'other';
    let use = this.uses.get(name);
    if (use === undefined) {
      use = { requests: new Map(), tokens: { input: 0, output: 0, cache_read: 0, cache_write: 0 }, cost: 0 };
      this.uses.set(name, use);
    }
    return use;
  }
}

import { GatewayConfig } from '../../config/gateway-config.ts';
import type { Caller } from '../../request/caller.ts';
import { CallerUsage } from './caller-usage.ts';
import type { UsageReport } from './usage-report.ts';
import { UsageService } from './usage.service.ts';

/** A service whose reads end when the test lets them. */
class HeldUsage extends UsageService {
  readonly reads: ((reports: UsageReport[]) => void)[] = [];
  override checkIsKept(): void {
    // The ledger is kept.
  }
  override reports(): Promise<UsageReport[]> {
    return new Promise((resolve) => this.reads.push(resolve));
  }
}

const REPORT = { to: '2026-11-30', from: '2026-11-01', totals: { usage: {} }, groups: [] } as unknown as UsageReport;
const callerOf = (id: string): Caller => ({ id, name: id });

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('the usage of callers', () => {
  const database = { isConfigured: true } as ConstructorParameters<typeof UsageService>[1];

  it('reads once for many requests of a caller, and for one caller at a time', async () => {
    const usage = new HeldUsage(new GatewayConfig(), database);
    const callers = new CallerUsage(usage);
    const answers = Array.from({ length: 1_000 }, (_answer, index) => callers.find(callerOf(`key_${index % 2}`)));
    await settle();
    expect(usage.reads).toHaveLength(1);
    usage.reads[0]!([REPORT, REPORT]);
    await settle();
    expect(usage.reads).toHaveLength(2);
    usage.reads[1]!([REPORT, REPORT]);
    expect((await Promise.all(answers)).length).toBe(1_000);
  });

  it('refuses callers beyond those that wait, and serves them later', async () => {
    const usage = new HeldUsage(new GatewayConfig(), database);
    const callers = new CallerUsage(usage);
    const answers = Array.from({ length: 102 }, (_answer, index) => callers.find(callerOf(`key_${index}`)));
    const [last] = await Promise.allSettled(answers.slice(101));
    expect(last).toMatchObject({ status: 'rejected', reason: { code: 'overloaded' } });
    for (let index = 0; index < 101; index += 1) {
      usage.reads[index]!([REPORT, REPORT]);
      await settle();
    }
    await Promise.all(answers.slice(0, 101));
    const again = callers.find(callerOf('key_101'));
    await settle();
    usage.reads[101]!([REPORT, REPORT]);
    expect((await again).caller.id).toBe('key_101');
  });
});

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { buildConfig } from '../../src/config/load-config.ts';
import { withFormerNames } from '../../scripts/former-names-table.ts';
import { withMetrics } from '../../scripts/metrics-table.ts';
import { MetricsService } from '../../src/telemetry/metrics/metrics.service.ts';
import { startGateway } from '../support/gateway.ts';

const page = readFileSync('docs/observability.md', 'utf8');

describe('docs/observability.md', () => {
  it('lists the existing metrics (npm run docs:observability)', async () => {
    const gateway = await startGateway();
    const written = await withMetrics(page, gateway.app.get(MetricsService).registry);
    await gateway.close();
    expect(page).toBe(withFormerNames(written));
  });

  const blocks = [...page.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/g)].map(
    ([, file, text]) => [file!, text!] as const,
  );

  it('contains valid settings', () => {
    const [, settings] = blocks.find(([file]) => file === 'gateway.yaml')!;
    const config = buildConfig({
      file: { path: 'gateway.yaml', text: settings },
      environment: { OTLP_TOKEN: 'token' },
      readFile: () => `sha256:${'0'.repeat(64)}`,
    });
    expect(config.telemetry.endpoint).toBe('http://collector:4318');
  });

  it('contains a collector and a Prometheus configuration that match', () => {
    const [, collector] = blocks.find(([file]) => file === 'collector.yaml')!;
    const { receivers, processors, exporters, service } = parse(collector) as Record<string, object> & {
      service: { pipelines: Record<string, Record<string, string[]>> };
    };
    for (const pipeline of Object.values(service.pipelines)) {
      for (const [kind, names] of Object.entries(pipeline)) {
        const known = Object.keys({ receivers, processors, exporters }[kind] ?? {});
        for (const name of names) expect(known).toContain(name);
      }
    }
    const [, prometheus] = blocks.find(([file]) => file === 'prometheus.yaml')!;
    expect(parse(prometheus)).toMatchObject({
      scrape_configs: [{ static_configs: [{ targets: [expect.any(String)] }] }],
    });
  });
});

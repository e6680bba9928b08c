// `npm run docs:observability`: writes the list of metrics to docs/observability.md, from a started gateway.
import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { createApplication } from '../src/bootstrap/application.ts';
import { buildConfig } from '../src/config/load-config.ts';
import { MetricsService } from '../src/telemetry/metrics/metrics.service.ts';
import { withFormerNames } from './former-names-table.ts';
import { withMetrics } from './metrics-table.ts';

const page = new URL('../docs/observability.md', import.meta.url);
const environment = { GATEWAY__BEDROCK__REGION: 'us-east-1', GATEWAY__LOGGING__LEVEL: 'silent' };
const app = await createApplication(buildConfig({ environment, readFile: () => '' }));
await app.init();
const text = withFormerNames(readFileSync(page, 'utf8'));
writeFileSync(page, await withMetrics(text, app.get(MetricsService).registry));
await app.close();
console.log('wrote the metrics of docs/observability.md');

// `npm run docs:alerts`: writes what is generated from the list of alerts, helm/outcrop/files/alerts.yaml.
import { mkdirSync, writeFileSync } from 'node:fs';
import { generatedFromAlerts } from './alert-files.ts';

mkdirSync('deploy/prometheus', { recursive: true });
for (const [path, text] of Object.entries(generatedFromAlerts())) writeFileSync(path, text);
console.log('wrote deploy/prometheus/outcrop-rules.yaml, docs/alerts.md and docs/observability.md');

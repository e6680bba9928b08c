import { ModelCatalog } from '../models/catalog/model-catalog.ts';
import { checkConfig, compareConfigs } from './check-config.ts';
import type { GatewayConfig } from '../config/gateway-config.ts';
import { toOneLine } from '../config/settings/config-error.ts';

const current = process.env['GATEWAY_CONFIG'] ?? 'config/gateway.yaml';
const isOneLine = process.argv.includes('--one-line');
const [first, second, third] = process.argv.slice(2).filter((argument) => argument !== '--one-line');
const { exitCode, lines } =
  first === '--diff'
    ? await compareConfigs(third === undefined ? current : (second ?? current), third ?? second ?? current, process.env)
    : await checkConfig(first ?? current, process.env, Date.now(), prove);
if (exitCode === 0) process.stdout.write(`${lines.join('\n')}\n`);
else process.stderr.write(`${isOneLine ? toOneLine(lines) : lines.join('\n')}\n`);
process.exitCode = exitCode;

/**
 * Throws ConfigError for a default model that cannot answer. The module `config` cannot check it, because it must not import
 * `models`.
 */
function prove(config: GatewayConfig): void {
  new ModelCatalog({ config }, () => new Date()).checkDefault();
}

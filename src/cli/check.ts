import { ModelCatalog } from '../models/catalog/model-catalog.ts';
import { checkConfig, compareConfigs } from './check-config.ts';
import type { GatewayConfig } from '../config/gateway-config.ts';

const current = process.env['GATEWAY_CONFIG'] ?? 'config/gateway.yaml';
const [first, second, third] = process.argv.slice(2);
const { exitCode, lines } =
  first === '--diff'
    ? compareConfigs(third === undefined ? current : (second ?? current), third ?? second ?? current, process.env)
    : checkConfig(first ?? current, process.env, Date.now(), prove);
(exitCode === 0 ? process.stdout : process.stderr).write(`${lines.join('\n')}\n`);
process.exitCode = exitCode;

/**
 * Throws ConfigError for a default model that cannot answer. The module `config` cannot check it, because it must not import
 * `models`.
 */
function prove(config: GatewayConfig): void {
  new ModelCatalog({ config }, () => new Date()).checkDefault();
}

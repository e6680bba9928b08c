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

/** Names of models are known above this room; as main.ts, this file only puts together. */
function prove(config: GatewayConfig): void {
  new ModelCatalog({ config }, () => new Date()).proveDefault();
}

import { ModelCatalog } from '../models/model-catalog.ts';
import { checkConfig } from './check-config.ts';

const path = process.argv[2] ?? process.env['GATEWAY_CONFIG'] ?? 'config/gateway.yaml';
const { exitCode, lines } = checkConfig(path, process.env, Date.now(), (config) => {
  // Names of models are known above this room; as main.ts, this file only puts together.
  void new ModelCatalog({ config }, () => new Date());
});
(exitCode === 0 ? process.stdout : process.stderr).write(`${lines.join('\n')}\n`);
process.exitCode = exitCode;

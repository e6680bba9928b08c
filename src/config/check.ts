import { checkConfig } from './check-config.ts';

const path = process.argv[2] ?? process.env['GATEWAY_CONFIG'] ?? 'config/gateway.yaml';
const { exitCode, lines } = checkConfig(path, process.env, Date.now());
(exitCode === 0 ? process.stdout : process.stderr).write(`${lines.join('\n')}\n`);
process.exitCode = exitCode;

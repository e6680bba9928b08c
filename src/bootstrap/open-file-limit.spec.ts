import { GatewayConfig } from '../config/gateway-config.ts';
import { neededOpenFiles, openFileWarning } from './open-file-limit.ts';

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             15000                15000                processes
Max open files            NUMBER                 20000                files
Max locked memory         65536                65536                bytes
`;

describe('openFileWarning', () => {
  const config = new GatewayConfig();
  config.server.maxConnections = 1_000;
  config.bedrock.maxConnections = 500;
  const warningFor = (limit: string) => openFileWarning(config, LIMITS.replace('NUMBER', limit));

  it('names the limit, the need and the remedy if the limit is lower', () => {
    expect(neededOpenFiles(config)).toBe(1_756);
    expect(warningFor('1755')).toMatch(
      /may open 1755 files, but .* need 1756 .*LimitNOFILE.*container runtime.*ulimit -n/,
    );
  });

  it('is absent if the limit suffices or is unknown', () => {
    expect([warningFor('1756'), warningFor('unlimited'), openFileWarning(config, '')]).toEqual(
      Array(3).fill(undefined),
    );
  });

  it('counts the connections of the management port only if there is one', () => {
    const managed = Object.assign(new GatewayConfig(), { server: config.server, bedrock: config.bedrock });
    managed.management.port = 9090;
    expect(neededOpenFiles(managed)).toBe(1_756 + 256);
  });
});

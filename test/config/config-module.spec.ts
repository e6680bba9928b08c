import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ConfigError } from '../../src/config/config-error.ts';
import { ConfigModule } from '../../src/config/config.module.ts';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { build } from './build.ts';

@Injectable()
class Listener {
  constructor(readonly config: GatewayConfig) {}
}

/** Does not import ConfigModule: the configuration is everywhere. */
@Module({ providers: [Listener], exports: [Listener] })
class Elsewhere {}

async function start(config?: GatewayConfig): Promise<GatewayConfig> {
  const application = await Test.createTestingModule({ imports: [ConfigModule.forRoot(config), Elsewhere] }).compile();
  const injected = application.get(Listener).config;
  await application.close();
  return injected;
}

describe('ConfigModule', () => {
  const environment = { ...process.env };
  const home = process.cwd();
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outcrop-module-'));
    process.chdir(folder);
  });

  afterEach(() => {
    process.chdir(home);
    process.env = { ...environment };
    rmSync(folder, { recursive: true });
  });

  it('gives every module the configuration it was handed', async () => {
    const config = build('server: {port: 5}');
    expect(await start(config)).toBe(config);
  });

  it('does not look at the environment when it was handed one', async () => {
    writeFileSync(join(folder, '.env'), 'GATEWAY__SERVER__PORT=6\n');
    process.env['GATEWAY_CONFIG'] = '/nowhere.yaml';
    expect((await start(build(''))).server.port).toBe(8080);
    expect(process.env['GATEWAY__SERVER__PORT']).toBeUndefined();
  });

  it('loads the file of GATEWAY_CONFIG, and .env below the environment', async () => {
    writeFileSync(join(folder, 'gateway.yaml'), 'redis: {keyPrefix: "${FROM_DOTENV}"}\n');
    writeFileSync(join(folder, '.env'), 'GATEWAY_CONFIG=gateway.yaml\nFROM_DOTENV=dotenv\nGATEWAY__SERVER__PORT=6\n');
    process.env['GATEWAY__SERVER__PORT'] = '7';
    const config = await start();
    expect(config).toBeInstanceOf(GatewayConfig);
    expect(config.redis.keyPrefix).toBe('dotenv');
    expect(config.server.port).toBe(7);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('has .env in the environment as soon as forRoot returns', () => {
    writeFileSync(join(folder, '.env'), 'GATEWAY__SERVER__PORT=6\n');
    ConfigModule.forRoot();
    expect(process.env['GATEWAY__SERVER__PORT']).toBe('6');
  });

  it('does not start with a configuration that is wrong', async () => {
    process.env['GATEWAY__SERVER__PORT'] = 'eighty';
    await expect(start()).rejects.toThrow(ConfigError);
  });
});

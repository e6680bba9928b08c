import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ConfigError } from '../../src/config/settings/config-error.ts';
import { ConfigModule } from '../../src/config/config.module.ts';
import { readEnvironmentFile } from '../../src/config/environment-file.ts';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { LiveConfig } from '../../src/config/live-config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { build } from './build.ts';

@Injectable()
class Listener {
  constructor(readonly config: GatewayConfig) {}
}

/** A module without an import of ConfigModule, because ConfigModule is global. */
@Module({ providers: [Listener], exports: [Listener] })
class Elsewhere {}

describe('ConfigModule', () => {
  it('provides the current configuration to every module', async () => {
    const config = build('server: {port: 5}');
    const application = await Test.createTestingModule({
      imports: [ConfigModule.forRoot(config), Elsewhere],
    }).compile();
    const { config: seen } = application.get(Listener);
    expect(seen.server).toBe(config.server);
    application.get(LiveConfig).swap(build('server: {port: 6}'));
    expect(seen.server.port).toBe(6);
    await application.close();
  });
});

describe('the environment file', () => {
  const environment = { ...process.env };
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outcrop-environment-'));
  });

  afterEach(() => {
    process.env = { ...environment };
    rmSync(folder, { recursive: true });
  });

  it('adds to the environment and never overrides it', () => {
    const path = join(folder, '.env');
    writeFileSync(path, 'GATEWAY__SERVER__PORT=6\nFROM_FILE=yes\n');
    process.env['GATEWAY__SERVER__PORT'] = '7';
    readEnvironmentFile(path);
    expect(loadConfig(process.env).server.port).toBe(7);
    expect(process.env['FROM_FILE']).toBe('yes');
  });

  it('may be missing, but not unreadable', () => {
    expect(() => readEnvironmentFile(join(folder, 'none'))).not.toThrow();
    expect(() => readEnvironmentFile(folder)).toThrow(ConfigError);
  });
});

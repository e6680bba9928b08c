import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Logger } from 'nestjs-pino';
import { createApplication } from '../../src/bootstrap/application.ts';
import { ConfigError } from '../../src/config/settings/config-error.ts';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { withSharedRegion } from '../../src/config/shared-region.ts';
import { build } from './build.ts';

const CONFIG_FILE = '[default]\nregion = eu-north-1\n[profile work]\nregion = ap-southeast-2\n[profile bare]\n';

describe('the region of the shared AWS config file', () => {
  const environment = { ...process.env };
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outcrop-region-'));
    process.env['AWS_CONFIG_FILE'] = join(folder, 'config');
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(folder, 'credentials');
    delete process.env['AWS_PROFILE'];
  });

  afterEach(() => {
    process.env = { ...environment };
    rmSync(folder, { recursive: true });
  });

  const write = (text: string) => writeFileSync(join(folder, 'config'), text);
  const regionOf = async (text: string) => (await withSharedRegion(build(text))).bedrock.region;

  it('is used only if file and environment name none', async () => {
    // The SDK reads each file once per process, so one file holds all cases.
    write(CONFIG_FILE);
    expect(await regionOf('')).toBe('eu-north-1');
    expect(await regionOf('bedrock: {region: us-west-2}')).toBe('us-west-2');
    process.env['AWS_PROFILE'] = 'work';
    const config = await withSharedRegion(build('server: {port: 5}'));
    expect([config.bedrock.region, config.server.port]).toEqual(['ap-southeast-2', 5]);
    expect(config).toBeInstanceOf(GatewayConfig);
    expect(Object.isFrozen(config) && Object.isFrozen(config.bedrock)).toBe(true);
    process.env['AWS_PROFILE'] = 'bare';
    expect(await regionOf('')).toBeUndefined();
  });

  it('may be absent', async () => {
    const config = build('');
    expect(await withSharedRegion(config)).toBe(config);
  });

  it('is reported if it is missing', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn');
    const application = await createApplication(build('logging: {level: silent}'));
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/no AWS region is configured.*using us-east-1/));
    await application.close();
  });

  it('must be valid', async () => {
    await expect(withSharedRegion(build(''), async () => 'Frankfurt')).rejects.toThrow(ConfigError);
  });
});

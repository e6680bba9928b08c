import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { neededOpenFiles } from '../../src/bootstrap/open-file-limit.ts';
import { GatewayConfig } from '../../src/config/gateway-config.ts';

const MARGIN_SECONDS = 15;
const unit = readFileSync('deploy/systemd/outcrop.service', 'utf8');
const installed = spawnSync('systemd-analyze', ['--version']).status === 0;
if (!installed) console.warn('systemd-analyze does not check the unit: it is not installed.');

describe('deploy/systemd/outcrop.service', () => {
  it('gives running requests their grace period, and time to write the last lines', () => {
    const { drainDelaySeconds, graceSeconds } = new GatewayConfig().shutdown;
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBe(drainDelaySeconds + graceSeconds + MARGIN_SECONDS);
  });

  it('allows as many open files as the default limits of connections need', () => {
    const config = new GatewayConfig();
    config.management.port = 9090;
    // The largest default, which a machine with less memory does not reach.
    config.server.maxConnections = 8_192;
    const limit = Number(/^LimitNOFILE=(\d+)$/m.exec(unit)?.[1]);
    expect(limit).toBeGreaterThanOrEqual(neededOpenFiles(config));
    expect(config.server.maxConnections + config.bedrock.maxConnections).toBeLessThan(neededOpenFiles(config));
  });

  (installed ? it : it.skip)('is a valid unit with few permissions', () => {
    const folder = mkdtempSync(join(tmpdir(), 'outcrop-unit-'));
    const file = join(folder, 'outcrop.service');
    // systemd requires its programs to exist, so the test uses the path of Node on this machine.
    writeFileSync(file, unit.replaceAll('/usr/bin/node', process.execPath));
    const verified = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    expect([verified.status, verified.stderr]).toEqual([0, '']);
    const security = execFileSync('systemd-analyze', ['security', '--offline=yes', file], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(Number(/exposure level for \S+: ([\d.]+)/.exec(security)?.[1])).toBeLessThan(2);
  });
});

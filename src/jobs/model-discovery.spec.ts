import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { ControlPlaneClient } from '../bedrock/control-plane/control-plane.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import { LiveConfig } from '../config/live-config.ts';
import type { AccountListing } from '../models/account/account.ts';
import { ModelRegistryService } from '../models/model-registry.service.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { ModelDiscoveryJob } from './model-discovery.ts';

const MINUTE = 60_000;
const LISTING: AccountListing = { region: 'us-east-1', models: [], profiles: [] };

describe('discovery', () => {
  let requests: number;
  let answer: () => Promise<AccountListing>;
  let discovery: ModelDiscoveryJob;
  let live: LiveConfig;
  let registry: ModelRegistryService;
  let regions: string[];
  const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  const log = jest.spyOn(Logger.prototype, 'log').mockReturnValue();
  jest.spyOn(Logger.prototype, 'debug').mockReturnValue();

  beforeEach(() => {
    jest.useFakeTimers();
    jest.clearAllMocks();
    requests = 0;
    const config = new GatewayConfig();
    config.models.discovery.enabled = true;
    live = new LiveConfig(config);
    regions = [];
    const list = (region: string) => (regions.push(region), requests++, answer());
    registry = new ModelRegistryService(live.view, undefined, live);
    const controlPlane = { list } as unknown as ControlPlaneClient;
    discovery = new ModelDiscoveryJob(live.view, controlPlane, registry, new MetricsService(), live);
  });
  afterEach(() => {
    discovery.onApplicationShutdown();
    jest.useRealTimers();
  });

  it('lists the models at once and then once an hour', async () => {
    answer = async () => LISTING;
    discovery.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(50 * MINUTE);
    expect(requests).toBe(1);
    await jest.advanceTimersByTimeAsync(10 * MINUTE);
    expect(requests).toBe(2);
    expect(log).toHaveBeenCalledTimes(1);
  });

  it('retries after a failure with growing delays, and logs only changes of the outcome', async () => {
    answer = () => Promise.reject(new Error('no way'));
    discovery.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(31_000);
    expect(requests).toBe(6);
    await jest.advanceTimersByTimeAsync(24 * 60 * MINUTE);
    expect(requests).toBeLessThan(45);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toMatchObject({ reason: 'no way', msg: expect.stringContaining('built-in table') });

    answer = async () => LISTING;
    await jest.advanceTimersByTimeAsync(60 * MINUTE);
    expect(log).toHaveBeenCalledTimes(1);
    answer = () => Promise.reject(new Error('again'));
    await jest.advanceTimersByTimeAsync(120 * MINUTE);
    expect(warn).toHaveBeenCalledTimes(2);
    expect(warn.mock.calls[1]?.[0]).toMatchObject({ msg: expect.stringMatching(/the list of \d{4}-/) });
  });

  it('starts, changes region and stops as the settings change, and drops the result of the former region', async () => {
    answer = async () => ({ ...LISTING, region: regions.at(-1) ?? '' });
    const update = jest.spyOn(registry, 'update');
    const changed = (discover: boolean, region: string) => {
      const next = new GatewayConfig();
      next.models.discovery.enabled = discover;
      Object.assign(next.bedrock, { region });
      live.swap(next);
    };
    discovery.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(1);
    changed(true, 'eu-west-1');
    await jest.advanceTimersByTimeAsync(1);
    expect(regions).toEqual(['us-east-1', 'eu-west-1']);
    expect(update).toHaveBeenCalledTimes(2);
    changed(false, 'eu-west-1');
    await jest.advanceTimersByTimeAsync(300 * MINUTE);
    expect(requests).toBe(2);
    changed(true, 'eu-west-1');
    await jest.advanceTimersByTimeAsync(1);
    expect(requests).toBe(3);
  });

  it('stops with the application', async () => {
    answer = async () => LISTING;
    discovery.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(1);
    discovery.onApplicationShutdown();
    await jest.advanceTimersByTimeAsync(300 * MINUTE);
    expect(requests).toBe(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import { GatewayConfig } from './gateway-config.ts';
import { overloadLimits, overloadWarnings } from './overload-limits.ts';

const MEBIBYTE = 1024 * 1024;
const LARGE_HEAP = 4096 * MEBIBYTE;
const GIBIBYTE_CONTAINER = { containerBytes: 1024 * MEBIBYTE, heapBytes: 560 * MEBIBYTE };

function configWith(overload: Partial<GatewayConfig['overload']>): GatewayConfig {
  const config = new GatewayConfig();
  Object.assign(config.overload, overload);
  return config;
}

describe('overloadLimits', () => {
  it('are constants without a limit of the container, and shares of them for each key', () => {
    expect(overloadLimits(configWith({}), { heapBytes: LARGE_HEAP })).toEqual({
      maxInFlight: 4096,
      maxInFlightPerKey: 1024,
      maxUploads: 1024,
      maxUploadsPerKey: 256,
      maxBodyBytes: 256 * MEBIBYTE,
      maxBodyBytesPerKey: 128 * MEBIBYTE,
    });
  });

  it('leave enough memory in a container of 1 GiB: five times the bytes of all bodies, the idle process and the schema worker', () => {
    const { maxBodyBytes, maxBodyBytesPerKey, maxInFlight } = overloadLimits(configWith({}), GIBIBYTE_CONTAINER);
    expect(5 * maxBodyBytes + maxInFlight * 65_536).toBeLessThan(0.8 * (1024 - 170 - 120) * MEBIBYTE + 1);
    expect(maxBodyBytes).toBeGreaterThan(70 * MEBIBYTE);
    expect(maxBodyBytesPerKey).toBeGreaterThanOrEqual(32 * MEBIBYTE);
    expect(maxBodyBytesPerKey).toBeLessThan(maxBodyBytes);
  });

  it('fit into a small heap', () => {
    const { maxBodyBytes } = overloadLimits(configWith({}), { heapBytes: 560 * MEBIBYTE });
    expect(3.5 * maxBodyBytes).toBeLessThan(560 * MEBIBYTE);
  });

  it('use set values; the shares follow them, and 0 disables the limits of keys', () => {
    const set = { maxInFlight: 10, maxBodyBytes: 2000, maxUploadsPerKey: 0, maxBodyBytesPerKey: 0 };
    expect(overloadLimits(configWith(set), GIBIBYTE_CONTAINER)).toEqual({
      maxInFlight: 10,
      maxInFlightPerKey: 3,
      maxUploads: 3,
      maxUploadsPerKey: Infinity,
      maxBodyBytes: 2000,
      maxBodyBytesPerKey: Infinity,
    });
  });

  it('cause a warning only if they exceed the memory of the container', () => {
    const large = configWith({ maxBodyBytes: 1024 * MEBIBYTE, maxInFlight: 16 });
    expect(overloadWarnings(large, GIBIBYTE_CONTAINER)).toEqual([
      expect.stringContaining('overload.maxBodyBytes is 1073741824'),
    ]);
    expect(overloadWarnings(large, { heapBytes: LARGE_HEAP })).toEqual([]);
  });
});

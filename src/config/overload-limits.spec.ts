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
      maxTotalBodyBytes: 256 * MEBIBYTE,
      maxTotalBodyBytesPerKey: 128 * MEBIBYTE,
    });
  });

  it('leave enough memory in a container of 1 GiB: five times the bytes of all bodies, the idle process and the schema worker', () => {
    const { maxTotalBodyBytes, maxTotalBodyBytesPerKey, maxInFlight } = overloadLimits(
      configWith({}),
      GIBIBYTE_CONTAINER,
    );
    expect(5 * maxTotalBodyBytes + maxInFlight * 65_536).toBeLessThan(0.8 * (1024 - 170 - 120) * MEBIBYTE + 1);
    expect(maxTotalBodyBytes).toBeGreaterThan(70 * MEBIBYTE);
    expect(maxTotalBodyBytesPerKey).toBeGreaterThanOrEqual(32 * MEBIBYTE);
    expect(maxTotalBodyBytesPerKey).toBeLessThan(maxTotalBodyBytes);
  });

  it('fit into a small heap', () => {
    const { maxTotalBodyBytes } = overloadLimits(configWith({}), { heapBytes: 560 * MEBIBYTE });
    expect(3.5 * maxTotalBodyBytes).toBeLessThan(560 * MEBIBYTE);
  });

  it('use set values; the shares follow them, and 0 disables the limits of keys', () => {
    const set = { maxInFlight: 10, maxTotalBodyBytes: 2000, maxUploadsPerKey: 0, maxTotalBodyBytesPerKey: 0 };
    expect(overloadLimits(configWith(set), GIBIBYTE_CONTAINER)).toEqual({
      maxInFlight: 10,
      maxInFlightPerKey: 3,
      maxUploads: 3,
      maxUploadsPerKey: Infinity,
      maxTotalBodyBytes: 2000,
      maxTotalBodyBytesPerKey: Infinity,
    });
  });

  it('cause a warning only if they exceed the memory of the container', () => {
    const large = configWith({ maxTotalBodyBytes: 1024 * MEBIBYTE, maxInFlight: 16 });
    expect(overloadWarnings(large, GIBIBYTE_CONTAINER)).toEqual([
      expect.stringContaining('overload.maxTotalBodyBytes is 1073741824'),
    ]);
    expect(overloadWarnings(large, { heapBytes: LARGE_HEAP })).toEqual([]);
  });
});

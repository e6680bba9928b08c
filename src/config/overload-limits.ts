import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { GatewayConfig } from './gateway-config.ts';

/** The limits of `overload` as numbers. Infinity if the limit of a key is disabled. */
export interface OverloadLimits {
  maxInFlight: number;
  maxInFlightPerKey: number;
  maxUploads: number;
  maxUploadsPerKey: number;
  maxTotalBodyBytes: number;
  maxTotalBodyBytesPerKey: number;
}

/** Memory limits of the process. */
export interface ProcessMemory {
  /** Memory limit of the container in bytes; undefined if there is none. */
  containerBytes?: number;
  /** Maximum size of V8's heap in bytes. Node derives it from the container at the start. */
  heapBytes: number;
}

const MEBIBYTE = 1024 * 1024;
/** Resident memory of a gateway under small requests: code, heap and libraries. */
const IDLE_BYTES = 170 * MEBIBYTE;
/** Maximum memory of the schema worker: 96 MB of old generation, its young generation, its isolate and its code. */
const SCHEMA_WORKER_BYTES = 120 * MEBIBYTE;
/**
 * Share of the remaining memory from which the limits are derived. The rest is for garbage that V8 has not collected yet.
 */
const USABLE_SHARE = 0.8;
const BODY_SHARE = 0.6;
/**
 * Bytes of memory for each byte of a body: the received bytes, their text, the parsed values, the translated request and the
 * sent bytes. Measured (`docs/overload.md`): 6 for a single large request, 3 to 4.4 for many.
 */
const BYTES_PER_BODY_BYTE = 5;
/** The part of these bytes on V8's heap. */
const HEAP_BYTES_PER_BODY_BYTE = 3.5;
/** Bytes of memory for a request in flight without its body: sockets, buffers and the objects of an open stream. */
const BYTES_PER_REQUEST = 64 * 1024;

const MAX_BODY_BYTES = 256 * MEBIBYTE;
const MAX_IN_FLIGHT = 4096;
/** A smaller limit would reject a single large image. */
const MIN_BODY_BYTES = 8 * MEBIBYTE;
const MIN_IN_FLIGHT = 64;
const QUARTER = 4;

/** Returns the memory that this process may use. */
export function processMemory(): ProcessMemory {
  const containerBytes = process.constrainedMemory();
  // Without a limit, Node returns 0 or a number above the total memory.
  const isLimited = containerBytes > 0 && containerBytes < totalmem();
  return {
    ...(isLimited && { containerBytes }),
    heapBytes: getHeapStatistics().heap_size_limit,
  };
}

/** Returns the limits with all `auto` values replaced. */
export function overloadLimits(
  { overload, server }: Pick<GatewayConfig, 'overload' | 'server'>,
  memory: ProcessMemory,
): OverloadLimits {
  const fitting = fittingLimits(memory);
  const maxInFlight = valueOrAuto(overload.maxInFlight, fitting.maxInFlight);
  const maxUploads = valueOrAuto(overload.maxUploads, Math.ceil(maxInFlight / QUARTER));
  const maxTotalBodyBytes = valueOrAuto(overload.maxTotalBodyBytes, fitting.maxTotalBodyBytes);
  const half = Math.min(maxTotalBodyBytes, Math.max(Math.ceil(maxTotalBodyBytes / 2), server.bodyLimitBytes));
  return {
    maxInFlight,
    maxInFlightPerKey: keyLimit(overload.maxInFlightPerKey, Math.ceil(maxInFlight / QUARTER)),
    maxUploads,
    maxUploadsPerKey: keyLimit(overload.maxUploadsPerKey, Math.ceil(maxUploads / QUARTER)),
    maxTotalBodyBytes,
    maxTotalBodyBytesPerKey: keyLimit(overload.maxTotalBodyBytesPerKey, half),
  };
}

/** Returns the limits that fit into the memory of the process. */
export function fittingLimits({ containerBytes, heapBytes }: ProcessMemory): {
  maxInFlight: number;
  maxTotalBodyBytes: number;
} {
  const rest = Math.max(0, (containerBytes ?? Infinity) - IDLE_BYTES - SCHEMA_WORKER_BYTES) * USABLE_SHARE;
  const bodyBytes = Math.min(
    (rest * BODY_SHARE) / BYTES_PER_BODY_BYTE,
    (heapBytes * USABLE_SHARE * BODY_SHARE) / HEAP_BYTES_PER_BODY_BYTE,
  );
  const inFlight = (rest * (1 - BODY_SHARE)) / BYTES_PER_REQUEST;
  return {
    maxInFlight: Math.floor(Math.min(MAX_IN_FLIGHT, Math.max(MIN_IN_FLIGHT, inFlight))),
    maxTotalBodyBytes: Math.floor(Math.min(MAX_BODY_BYTES, Math.max(MIN_BODY_BYTES, bodyBytes))),
  };
}

/** Returns a warning for each setting that exceeds the memory of the process. */
export function overloadWarnings({ overload }: Pick<GatewayConfig, 'overload'>, memory: ProcessMemory): string[] {
  const fitting = fittingLimits(memory);
  return (['maxInFlight', 'maxTotalBodyBytes'] as const).flatMap((name) => {
    const value = overload[name];
    // Without a limit of the container, only the heap is known.
    if (value === 'auto' || memory.containerBytes === undefined || value <= fitting[name]) return [];
    return [
      `overload.${name} is ${value}, but the memory of this process suffices for ${fitting[name]}: ` +
        'the container may be killed under load (raise its memory limit, or use auto)',
    ];
  });
}

function valueOrAuto(value: number | 'auto', automatic: number): number {
  return value === 'auto' ? automatic : value;
}

function keyLimit(value: number | 'auto', automatic: number): number {
  return value === 0 ? Infinity : valueOrAuto(value, automatic);
}

import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { GatewayConfig } from './gateway-config.ts';

/** The limits of `overload` as numbers; Infinity where a limit of a key is switched off. */
export interface OverloadLimits {
  maxInFlight: number;
  maxInFlightPerKey: number;
  maxUploads: number;
  maxUploadsPerKey: number;
  maxTotalBodyBytes: number;
  maxTotalBodyBytesPerKey: number;
}

export interface ProcessMemory {
  /** Bytes that the container may use; undefined if it has no limit. */
  containerBytes?: number;
  /** Bytes that V8's heap may grow to. Node sets it from the container when it starts. */
  heapBytes: number;
}

const MEBIBYTE = 1024 * 1024;
/** Resident memory of a gateway with small requests only: code, heap and libraries. */
const IDLE_BYTES = 170 * MEBIBYTE;
/** The schema worker at its largest: 96 MB of old generation, its young generation, its isolate and its code. */
const SCHEMA_WORKER_BYTES = 120 * MEBIBYTE;
/** The part of the rest that limits are derived from; garbage that V8 has not collected yet takes what is left. */
const USABLE = 0.8;
const BODIES = 0.6;
/**
 * Bytes that a byte of a body takes on its way: what was received, its text, its values, the translated request and what
 * is sent. `docs/overload.md` has the measurements: 6 for a single large request, 3 to 4.4 for many.
 */
const COST_OF_A_BODY_BYTE = 5;
/** The part of them on V8's heap. */
const HEAP_COST_OF_A_BODY_BYTE = 3.5;
/** Bytes that a request in flight takes besides its body: sockets, buffers and the objects of an open stream. */
const BYTES_IN_FLIGHT = 64 * 1024;

const MOST_BODY_BYTES = 256 * MEBIBYTE;
const MOST_IN_FLIGHT = 4096;
/** Smaller ones would refuse a single large image. */
const LEAST_BODY_BYTES = 8 * MEBIBYTE;
const LEAST_IN_FLIGHT = 64;
const QUARTER = 4;

/** Returns the memory that this process may use. */
export function processMemory(): ProcessMemory {
  const containerBytes = process.constrainedMemory();
  // Without a limit Node returns 0 or a number above all memory.
  const isLimited = containerBytes > 0 && containerBytes < totalmem();
  return {
    ...(isLimited && { containerBytes }),
    heapBytes: getHeapStatistics().heap_size_limit,
  };
}

/** Returns the limits with every `auto` replaced. */
export function overloadLimits(
  { overload, server }: Pick<GatewayConfig, 'overload' | 'server'>,
  memory: ProcessMemory,
): OverloadLimits {
  const fitting = fittingLimits(memory);
  const maxInFlight = chosen(overload.maxInFlight, fitting.maxInFlight);
  const maxUploads = chosen(overload.maxUploads, Math.ceil(maxInFlight / QUARTER));
  const maxTotalBodyBytes = chosen(overload.maxTotalBodyBytes, fitting.maxTotalBodyBytes);
  const half = Math.min(maxTotalBodyBytes, Math.max(Math.ceil(maxTotalBodyBytes / 2), server.bodyLimitBytes));
  return {
    maxInFlight,
    maxInFlightPerKey: ofAKey(overload.maxInFlightPerKey, Math.ceil(maxInFlight / QUARTER)),
    maxUploads,
    maxUploadsPerKey: ofAKey(overload.maxUploadsPerKey, Math.ceil(maxUploads / QUARTER)),
    maxTotalBodyBytes,
    maxTotalBodyBytesPerKey: ofAKey(overload.maxTotalBodyBytesPerKey, half),
  };
}

/** Returns what fits into the memory of the process. */
export function fittingLimits({ containerBytes, heapBytes }: ProcessMemory): {
  maxInFlight: number;
  maxTotalBodyBytes: number;
} {
  const rest = Math.max(0, (containerBytes ?? Infinity) - IDLE_BYTES - SCHEMA_WORKER_BYTES) * USABLE;
  const bodyBytes = Math.min(
    (rest * BODIES) / COST_OF_A_BODY_BYTE,
    (heapBytes * USABLE * BODIES) / HEAP_COST_OF_A_BODY_BYTE,
  );
  const inFlight = (rest * (1 - BODIES)) / BYTES_IN_FLIGHT;
  return {
    maxInFlight: Math.floor(Math.min(MOST_IN_FLIGHT, Math.max(LEAST_IN_FLIGHT, inFlight))),
    maxTotalBodyBytes: Math.floor(Math.min(MOST_BODY_BYTES, Math.max(LEAST_BODY_BYTES, bodyBytes))),
  };
}

/** Returns a warning for each setting above what fits into the memory of the process. */
export function overloadWarnings({ overload }: Pick<GatewayConfig, 'overload'>, memory: ProcessMemory): string[] {
  const fitting = fittingLimits(memory);
  return (['maxInFlight', 'maxTotalBodyBytes'] as const).flatMap((name) => {
    const value = overload[name];
    // Without a limit of the container, nothing is known about the memory beside the heap.
    if (value === 'auto' || memory.containerBytes === undefined || value <= fitting[name]) return [];
    return [
      `overload.${name} is ${value}, but the memory of this process fits ${fitting[name]}: ` +
        'the container may be killed under load (raise its memory limit, or use auto)',
    ];
  });
}

function chosen(value: number | 'auto', automatic: number): number {
  return value === 'auto' ? automatic : value;
}

function ofAKey(value: number | 'auto', automatic: number): number {
  return value === 0 ? Infinity : chosen(value, automatic);
}

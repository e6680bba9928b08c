import type { Meter } from './meter.ts';
import { startGateway } from './started-gateway.ts';

/** Memory that an open stream without events keeps. */
export interface OpenStream {
  /** Bytes of a stream after a short request. */
  bytes: number;
  /** Additional bytes for each byte of a long request. */
  perByte: number;
}

const STREAMS = 40;
const SHORT_BYTES = 1_000;
const LONG_BYTES = 101_000;

export async function measureOpenStreams(meter: Meter): Promise<OpenStream> {
  const gateway = await startGateway({ keys: 1, models: 0, hits: 0 });
  const kept = async (bytes: number): Promise<number> => {
    const before = await meter.kept();
    await gateway.run({ open: STREAMS, bytes });
    const after = await meter.kept();
    await gateway.run({ open: 0, bytes });
    return (after - before) / STREAMS;
  };
  // The first run compiles code.
  await kept(SHORT_BYTES);
  const bytes = await kept(SHORT_BYTES);
  const perByte = ((await kept(LONG_BYTES)) - bytes) / (LONG_BYTES - SHORT_BYTES);
  await gateway.close();
  return { bytes, perByte };
}

import type { Bench } from 'tinybench';
import { EventStreamDecoder } from '../../src/bedrock/transport/event-stream.ts';
import { RequestSigner } from '../../src/bedrock/sessions/request-signer.ts';
import { DELTA_FRAME, streamThrough } from '../pieces/stream.ts';

const FRAMES = 10;
const DELTAS = 200;

export function addWireCases(bench: Bench): void {
  const decoder = new EventStreamDecoder();
  const together = Buffer.concat(Array.from({ length: FRAMES }, () => DELTA_FRAME));
  bench.add('event stream, a frame', () => void decoder.push(DELTA_FRAME));
  bench.add(`event stream, ${FRAMES} frames of one read`, () => void decoder.push(together));
  bench.add(`answer of ${DELTAS} deltas, socket to socket`, () => streamThrough(DELTAS));

  const signer = new RequestSigner('us-east-1');
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
  const at = new Date();
  for (const [size, bytes] of [
    ['1 KB', 1_000],
    ['200 KB', 200_000],
  ] as const) {
    const request = {
      method: 'POST' as const,
      host: 'bedrock-runtime.us-east-1.amazonaws.com',
      path: '/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse',
      query: '',
      contentType: 'application/json',
      body: Buffer.alloc(bytes, 'x'),
    };
    bench.add(`signature, ${size}`, () => void signer.sign(request, credentials, at));
  }
}

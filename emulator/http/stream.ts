import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, ResponsePlan } from '../behavior.ts';
import { AwsException } from '../aws-exception.ts';
import type { Exchange } from './exchange.ts';
import { corrupted, eventFrame, exceptionFrame } from './frames.ts';

/** Time for the client to read what was sent, because a reset drops unread bytes. */
const RESET_AFTER_MS = 100;

/** One event of a stream. `part` decides whether a fault can apply before it. */
export interface StreamEvent {
  name: string;
  payload: object;
  part: 'start' | 'delta' | 'block' | 'stop';
}

/** Waits. Returns false, without waiting longer, if the connection closes. */
export async function wait(ms: number, exchange: Exchange): Promise<boolean> {
  if (ms > 0) await sleep(ms, undefined, { signal: exchange.gone }).catch(() => undefined);
  return !exchange.gone.aborted;
}

export function untilGone(exchange: Exchange): Promise<void> {
  if (exchange.gone.aborted) return Promise.resolve();
  return new Promise((resolve) => exchange.gone.addEventListener('abort', () => resolve(), { once: true }));
}

export async function sendStream(
  exchange: Exchange,
  events: readonly StreamEvent[],
  plan: ResponsePlan,
  headers: Record<string, string>,
): Promise<void> {
  const writer = new FrameWriter(exchange, plan.dripBytes);
  exchange.open(200, 'application/vnd.amazon.eventstream', headers);
  exchange.flushHeaders();
  if (plan.slowBefore === 'first-event' && !(await wait(plan.slowMs, exchange))) return;
  if (plan.fault?.kind === 'first-frame-error') return finish(writer, exceptionOf(plan.fault));
  let deltas = 0;
  let applied = false;
  for (const [index, event] of events.entries()) {
    if (exchange.gone.aborted) return;
    let frame = eventFrame(event.name, event.payload, index);
    if (!applied && plan.fault !== undefined && isDue(plan.fault, event, deltas)) {
      applied = true;
      if (plan.fault.kind === 'half-frame') return finish(writer, frame.subarray(0, frame.length / 2));
      if (plan.fault.kind !== 'corrupt') return endWithFault(exchange, writer, plan.fault);
      frame = corrupted(frame);
    }
    await writer.send(frame);
    if (event.part === 'delta') {
      deltas += 1;
      exchange.sentDeltas.push(event);
    }
    if (index < events.length - 1 && !(await wait(plan.paceMs, exchange))) return;
  }
  await finish(writer);
}

function isDue(fault: Fault, event: StreamEvent, deltas: number): boolean {
  if (event.part === 'start') return false;
  if (event.part === 'stop') return true;
  // Without `afterDeltas`, a truncated stream is complete up to its messageStop.
  const after = 'afterDeltas' in fault ? fault.afterDeltas : undefined;
  if (after === undefined && fault.kind === 'truncate') return false;
  return deltas >= (after ?? 0);
}

async function endWithFault(exchange: Exchange, writer: FrameWriter, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case 'stall':
      await writer.flush();
      return untilGone(exchange);
    case 'cut':
      await writer.flush();
      // Lets the client receive the bytes before the cut, because a reset can overtake buffered data.
      await wait(5, exchange);
      exchange.cut();
      return;
    case 'reset':
      await writer.flush();
      await wait(RESET_AFTER_MS, exchange);
      exchange.reset();
      return;
    case 'stream-error':
      return finish(writer, exceptionOf(fault));
    case 'truncate':
    case 'half-frame':
    case 'corrupt':
    case 'reply':
    case 'first-frame-error':
    case 'refuse':
    case 'throttle':
    default:
      return finish(writer);
  }
}

function exceptionOf(fault: { name: string; message?: string }): Uint8Array {
  return exceptionFrame(
    fault.name,
    fault.message ?? new AwsException(fault.name.charAt(0).toUpperCase() + fault.name.slice(1)).message,
  );
}

async function finish(writer: FrameWriter, last?: Uint8Array): Promise<void> {
  if (last !== undefined) await writer.send(last);
  await writer.flush();
  writer.exchange.end();
}

/** Sends frames: whole, or in pieces of a fixed size if that size is not 0. */
class FrameWriter {
  readonly exchange: Exchange;
  readonly #pieceSize: number;
  #rest = new Uint8Array(0);

  constructor(exchange: Exchange, pieceSize: number) {
    this.exchange = exchange;
    this.#pieceSize = pieceSize;
  }

  async send(frame: Uint8Array): Promise<void> {
    if (this.#pieceSize === 0) return this.exchange.write(frame);
    const bytes = Buffer.concat([this.#rest, frame]);
    let from = 0;
    for (; from + this.#pieceSize <= bytes.length; from += this.#pieceSize) {
      await this.#sendPiece(bytes.subarray(from, from + this.#pieceSize));
    }
    this.#rest = Uint8Array.from(bytes.subarray(from));
  }

  async flush(): Promise<void> {
    const rest = this.#rest;
    this.#rest = new Uint8Array(0);
    if (rest.length > 0) await this.#sendPiece(rest);
  }

  async #sendPiece(piece: Uint8Array): Promise<void> {
    if (this.exchange.gone.aborted) return;
    await this.exchange.write(piece);
    // Yields to the event loop, so that pieces are not joined into one packet.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

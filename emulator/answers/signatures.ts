import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Conversation } from '../conversation.ts';

/** Key of all signatures. Fixed, so that thinking blocks stay valid after a restart of the emulator. */
const SECRET = 'outcrop emulator: thinking signatures';
const VERSION = 1;

/** Model, system prompt and tools with which a thinking block was produced. */
export interface Origin {
  model: string;
  prefix: string;
}

export type Verdict = 'genuine' | 'forged' | 'other-model' | 'other-prefix';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest().subarray(0, 8);

/**
 * Returns the origin of thinking blocks. Blocks of the Claude 5.5 models are bound to system prompt and tools, but not
 * to cache checkpoints (observed 2026).
 */
export function originOf(modelId: string, conversation: Conversation): Origin {
  const system = conversation.system.map((part) => part.text);
  const tools = conversation.tools.map((tool) => [tool.name, tool.description, tool.schema]);
  return { model: modelId, prefix: JSON.stringify([system, tools]) };
}

/** Signs every byte of a thinking text and its origin. Returns base64. */
export function sign(text: string, origin: Origin): string {
  const head = Buffer.concat([Buffer.from([VERSION]), digest(origin.model), digest(origin.prefix)]);
  return Buffer.concat([head, mac(head, text)]).toString('base64');
}

export function verify(text: string, signature: string, origin: Origin): Verdict {
  const bytes = Buffer.from(signature, 'base64');
  if (bytes.length !== 49 || bytes.toString('base64') !== signature) return 'forged';
  const head = bytes.subarray(0, 17);
  if (head[0] !== VERSION || !timingSafeEqual(bytes.subarray(17), mac(head, text))) return 'forged';
  if (!head.subarray(1, 9).equals(digest(origin.model))) return 'other-model';
  return head.subarray(9).equals(digest(origin.prefix)) ? 'genuine' : 'other-prefix';
}

/** Returns the data of a redacted thinking block: a nonce and its signature. */
export function redact(text: string, origin: Origin): string {
  const nonce = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return Buffer.from(`${nonce}.${sign(nonce, origin)}`).toString('base64');
}

export function verifyRedacted(data: string, origin: Origin): Verdict {
  const inner = Buffer.from(data, 'base64').toString('utf8');
  if (Buffer.from(inner).toString('base64') !== data) return 'forged';
  const dot = inner.indexOf('.');
  return dot < 0 ? 'forged' : verify(inner.slice(0, dot), inner.slice(dot + 1), origin);
}

function mac(head: Buffer, text: string): Buffer {
  return createHmac('sha256', SECRET).update(head).update(text, 'utf8').digest();
}

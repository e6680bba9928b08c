import { applyGuardrail, GUARDRAIL_PATH } from './apply-guardrail.ts';
import type { PromptCache } from './answers/prompt-cache.ts';
import type { BehaviourBook, Plan } from './behaviour.ts';
import { LISTINGS } from './control-plane.ts';
import { converse, converseStream } from './converse.ts';
import { countTokens } from './count-tokens.ts';
import { findFoundationModel, findModel } from './find-model.ts';
import { authenticate } from './http/auth.ts';
import type { Identity } from './http/auth.ts';
import type { Exchange } from './http/exchange.ts';
import { untilGone, wait } from './http/stream.ts';
import { invoke, invokeStream } from './invoke.ts';
import type { Journal } from './journal.ts';
import type { Call } from './operations.ts';
import { Refusal } from './refusal.ts';
import type { Script } from './script.ts';

export interface Surroundings {
  identity: Identity;
  paceMs: number;
  now: () => Date;
  journal: Journal;
  behaviours: BehaviourBook;
  script: Script;
  cache: PromptCache;
}

const OPERATIONS: Readonly<Record<string, (call: Call) => Promise<void>>> = {
  converse,
  'converse-stream': converseStream,
  invoke,
  'invoke-with-response-stream': invokeStream,
  'count-tokens': countTokens,
};

const MODEL_PATH = /^\/model\/([^/]+)\/([a-z-]+)$/;

/** What is asked of no model: the listings, and a guardrail by itself. */
interface Plain {
  operation: string;
  answer: (exchange: Exchange, bytes: Buffer, now: Date) => void;
}

function plainAt({ method, path }: Exchange): Plain | undefined {
  const listing = method === 'GET' ? LISTINGS[path] : undefined;
  if (listing !== undefined) {
    return { operation: path.slice(1), answer: (exchange, _, now) => listing(exchange, now) };
  }
  const [, , version] = (method === 'POST' && GUARDRAIL_PATH.exec(path)) || [];
  if (version === undefined) return undefined;
  return { operation: 'apply-guardrail', answer: (exchange, bytes) => applyGuardrail(exchange, version, parse(bytes)) };
}

/** One request of the Bedrock API, in the service's order: signature, throttling, model, body. */
export async function serve(exchange: Exchange, around: Surroundings): Promise<void> {
  const [, encodedId = '', name = ''] = MODEL_PATH.exec(exchange.path) ?? [];
  const plain = plainAt(exchange);
  const run = exchange.method === 'POST' ? OPERATIONS[name] : undefined;
  const operation = plain?.operation ?? name;
  const modelId = decode(encodedId);
  if (plain === undefined && run === undefined)
    throw new Refusal('UnknownOperationException', 'The operation is not known.');
  const record = around.journal.open(exchange, operation, modelId);
  const bytes = await exchange.body();
  around.journal.keepBody(record, bytes);
  authenticate(exchange, bytes, around.identity);
  const plan = around.behaviours.take(operation, modelId, around.paceMs);
  if (await misbehave(exchange, plan)) return;
  plain?.answer(exchange, bytes, around.now());
  if (run === undefined) return;
  const model = (operation === 'count-tokens' ? findFoundationModel : findModel)(modelId, around.now());
  const body = parse(bytes);
  await run({ exchange, model, modelId, body, plan, script: around.script, cache: around.cache });
}

/** Faults that strike before the request is looked at. True: there is no more to say. */
async function misbehave(exchange: Exchange, plan: Plan): Promise<boolean> {
  if (plan.slowBefore === 'headers' && !(await wait(plan.slowMs, exchange))) return true;
  const { fault } = plan;
  switch (fault?.kind) {
    case 'throttle':
      throw new Refusal('ThrottlingException', fault.message);
    case 'refuse': {
      const refusal = new Refusal(fault.name, fault.message, fault.status);
      exchange.json(
        refusal.status,
        { message: refusal.message },
        { 'x-amzn-ErrorType': refusal.name, ...fault.headers },
      );
      return true;
    }
    case 'stall':
      if (fault.afterDeltas !== undefined) return false;
      await untilGone(exchange);
      return true;
    case 'cut':
      if (fault.afterDeltas !== undefined) return false;
      exchange.cut();
      return true;
    case 'first-frame-error':
    case 'stream-error':
    case 'truncate':
    case 'corrupt':
    case undefined:
    default:
      return false;
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Refusal('ValidationException', 'The provided model identifier is invalid.');
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    throw new Refusal('SerializationException', 'The request body is not valid JSON.');
  }
}

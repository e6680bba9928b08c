import { applyGuardrail, GUARDRAIL_PATH } from './apply-guardrail.ts';
import type { PromptCache } from './answers/prompt-cache.ts';
import type { BehaviorBook } from './behavior.ts';
import type { BillBook } from './billing/bill.ts';
import { LISTINGS } from './control-plane.ts';
import { converse, converseStream } from './converse.ts';
import { countTokens } from './count-tokens.ts';
import { findFoundationModel, findModel } from './find-model.ts';
import { authenticate } from './http/auth.ts';
import type { Identity } from './http/auth.ts';
import type { Sts } from './sts.ts';
import type { Exchange } from './http/exchange.ts';
import { isEarlyFault, applyEarlyFault } from './http/early-fault.ts';
import { wait } from './http/stream.ts';
import { invoke, invokeStream } from './invoke.ts';
import type { Journal, RecordedRequest } from './journal.ts';
import type { Model } from './model.ts';
import type { Call } from './operations.ts';
import { AwsException } from './aws-exception.ts';
import type { Script } from './script.ts';

export interface EmulatorState {
  identity: Identity;
  sts: Sts;
  paceMs: number;
  now: () => Date;
  journal: Journal;
  behaviors: BehaviorBook;
  script: Script;
  cache: PromptCache;
  bill: BillBook;
}

const OPERATIONS: Readonly<Record<string, (call: Call) => Promise<void>>> = {
  converse,
  'converse-stream': converseStream,
  invoke,
  'invoke-with-response-stream': invokeStream,
  'count-tokens': countTokens,
};

const MODEL_PATH = /^\/model\/([^/]+)\/([a-z-]+)$/;

/** Operation without a model: a listing of the control plane, or ApplyGuardrail. */
interface ModelFreeOperation {
  operation: string;
  answer: (exchange: Exchange, bytes: Buffer, state: EmulatorState) => void;
}

function modelFreeOperation({ method, path }: Exchange): ModelFreeOperation | undefined {
  const listing = method === 'GET' ? LISTINGS[path] : undefined;
  if (listing !== undefined) {
    return { operation: path.slice(1), answer: (exchange, _, { now }) => listing(exchange, now()) };
  }
  const [, , version] = (method === 'POST' && GUARDRAIL_PATH.exec(path)) || [];
  if (version === undefined) return undefined;
  return {
    operation: 'apply-guardrail',
    answer: (exchange, bytes, { bill }) => applyGuardrail(exchange, version, parse(bytes), bill),
  };
}

function modelFor(operation: string, modelId: string, now: Date): Model {
  return operation === 'count-tokens' ? findFoundationModel(modelId, now) : findModel(modelId, now);
}

/**
 * Serves one request of the Bedrock API. Checks in the order of Bedrock: signature, throttling, model, body.
 * Throws a `Refusal` for a request that Bedrock rejects.
 */
export async function serve(exchange: Exchange, state: EmulatorState): Promise<void> {
  const [, encodedId = '', name = ''] = MODEL_PATH.exec(exchange.path) ?? [];
  const modelFree = modelFreeOperation(exchange);
  const run = exchange.method === 'POST' ? OPERATIONS[name] : undefined;
  const operation = modelFree?.operation ?? name;
  const modelId = decode(encodedId);
  if (modelFree === undefined && run === undefined)
    throw new AwsException('UnknownOperationException', 'The operation is not known.');
  const record = state.journal.open(exchange, operation, modelId);
  const bytes = await exchange.body();
  state.journal.keepBody(record, bytes);
  exchange.clockMs = state.behaviors.clockMs(operation, modelId);
  identify(exchange, bytes, state, record);
  const plan = state.behaviors.take(operation, modelId, state.paceMs);
  if (plan.slowBefore === 'headers' && !(await wait(plan.slowMs, exchange))) return;
  if (plan.fault !== undefined && isEarlyFault(plan.fault)) return applyEarlyFault(exchange, plan.fault);
  modelFree?.answer(exchange, bytes, state);
  if (run === undefined) return;
  const model = modelFor(operation, modelId, state.now());
  const body = parse(bytes);
  const { script, cache, bill } = state;
  await run({ exchange, model, modelId, body, plan, script, cache, operation, bill });
}

/** Checks the signature, and records the assumed role that made it. */
function identify(exchange: Exchange, bytes: Buffer, { identity, sts }: EmulatorState, record: RecordedRequest): void {
  const identities = { own: identity, service: 'bedrock', find: (key: string) => sts.identity(key) } as const;
  const { principal } = authenticate(exchange, bytes, identities);
  if (principal === undefined) return;
  record.principal = principal;
  exchange.principal = principal;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new AwsException('ValidationException', 'The provided model identifier is invalid.');
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    throw new AwsException('SerializationException', 'The request body is not valid JSON.');
  }
}

import { describe, expect, it } from '@jest/globals';
import type { BedrockService } from '../../bedrock/operations/bedrock.service.ts';
import { CONVERSE } from '../../bedrock/operations/upstream-operation.ts';
import { GatewayError } from '../../errors/errors.ts';
import type { Route, Target } from '../../models/types/model.ts';
import type { RequestContext } from '../../request/request-context.ts';
import type { RoutingService } from '../../routing/routing.service.ts';
import type { TargetCandidate } from '../../routing/target-candidates.ts';
import type { AccountingService } from '../accounting/accounting.service.ts';
import type { RoutableCall } from './routable-call.ts';
import { UpstreamService } from './upstream.service.ts';

const FAILED = new GatewayError({ status: 503, type: 'server_error', code: 'service_unavailable', message: 'away' });

interface Attempts {
  open: number;
  begun: number;
}

function contextWith(attempts: Attempts): RequestContext {
  const headers = new Map<string, string | undefined>();
  return {
    report: {},
    header: (name: string, value: string | undefined) => headers.set(name, value),
    attempts: {
      begin: () => {
        attempts.begun += 1;
        attempts.open += 1;
      },
      end: () => (attempts.open -= 1),
    },
  } as unknown as RequestContext;
}

function call(crossAccountBody?: object): RoutableCall<string> {
  return {
    route: {} as Route,
    operation: CONVERSE as never,
    body: Buffer.from('{"all":true}'),
    cacheAffinity: () => undefined,
    promptSize: () => ({ textBytes: 0, images: 0, mediaBytes: 0 }),
    crossAccountBody: () => crossAccountBody,
  };
}

/** Returns candidates that record whether they were accepted or rejected. The last one throws when it is rejected. */
function candidates(targets: readonly Target[], record: unknown[], isCrossAccount = false): RoutingService {
  const list: TargetCandidate[] = targets.map((target, index) => ({
    target,
    isCrossAccount,
    accept: (body) => ({ body, target, settle: (usage) => record.push(['settle', target.id, usage]) }),
    reject: (failure) => {
      record.push(['reject', target.id]);
      if (index === targets.length - 1) throw failure;
    },
  }));
  return { candidates: () => ({ next: () => list.shift()! }) } as unknown as RoutingService;
}

const ACCOUNTING = { settleUnanswered: () => undefined } as unknown as AccountingService;
const A: Target = { id: 'a', region: 'us-east-1', modelId: 'm' };
const B: Target = { id: 'b', region: 'us-west-2', modelId: 'm' };

describe('UpstreamService.send', () => {
  it('sends to the next candidate after a failure, and counts every attempt', async () => {
    const [record, attempts]: [unknown[], Attempts] = [[], { open: 0, begun: 0 }];
    const send = (target: Target) => (target === A ? Promise.reject(FAILED) : Promise.resolve({ answer: target.id }));
    const service = new UpstreamService(candidates([A, B], record), { send } as unknown as BedrockService, ACCOUNTING);
    const { body, target } = await service.send(call(), contextWith(attempts));
    expect([body, target, record, attempts]).toEqual(['b', B, [['reject', 'a']], { open: 0, begun: 2 }]);
  });

  it('throws what the last candidate throws', async () => {
    const attempts = { open: 0, begun: 0 };
    const send = () => Promise.reject(FAILED);
    const service = new UpstreamService(candidates([A], []), { send } as unknown as BedrockService, ACCOUNTING);
    await expect(service.send(call(), contextWith(attempts))).rejects.toBe(FAILED);
    expect(attempts).toEqual({ open: 0, begun: 1 });
  });

  it('leaves out thinking of another account for a target of another account only, and reports it', async () => {
    const sent: string[] = [];
    const send = (_target: Target, _call: unknown, _context: unknown, body: Buffer) => {
      sent.push(body.toString());
      return Promise.resolve({ answer: 'ok' });
    };
    const bedrock = { send } as unknown as BedrockService;
    const context = contextWith({ open: 0, begun: 0 });
    await new UpstreamService(candidates([A], []), bedrock, ACCOUNTING).send(call({ less: true }), context);
    expect(context.report.adjusted).toBeUndefined();
    await new UpstreamService(candidates([A], [], true), bedrock, ACCOUNTING).send(call({ less: true }), context);
    await new UpstreamService(candidates([A], [], true), bedrock, ACCOUNTING).send(call(), context);
    expect(sent).toEqual(['{"all":true}', '{"less":true}', '{"all":true}']);
    expect(context.report.adjusted).toEqual(['thinking_blocks=other_account_dropped']);
  });

  it('ends the span of an answer that does not report its usage when the usage is settled', async () => {
    const [record, used]: [unknown[], unknown[]] = [[], []];
    const send = () => Promise.resolve({ answer: 'ok', span: { endWithUsage: (usage: unknown) => used.push(usage) } });
    const service = new UpstreamService(candidates([A], record), { send } as unknown as BedrockService, ACCOUNTING);
    const usage = { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 };
    (await service.send(call(), contextWith({ open: 0, begun: 0 }))).settle(usage);
    expect([used, record]).toEqual([[usage], [['settle', 'a', usage]]]);
  });
});

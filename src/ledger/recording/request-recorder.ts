import { Inject, Injectable, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { RequestContext } from '../../request/request-context.ts';
import { routeOf } from '../../telemetry/logged-path.ts';
import { LEDGER_RECORDER, type LedgerRecorder } from '../rows/ledger-recorder.ts';
import type { LedgerRow } from '../rows/ledger-row.ts';
import type { EndedRequest } from './ended-request.ts';
import { isRefused, ledgerRowOf } from './ledger-row-of.ts';
import { RefusalLimit } from './refusal-limit.ts';
import { uuidV7 } from '../time/uuid-v7.ts';

/** Status of nginx for a client that closed its connection before the response. */
const CLIENT_CLOSED_REQUEST = 499;

/** The context of a request that may get a row. */
interface RecordableRequest extends RequestContext {
  ledgerId?: string;
}

/**
 * Writes one row into the ledger for each request with a valid key to a POST route, and for each background response. The
 * admin API has no keys, so its requests have no rows.
 */
@Injectable()
export class RequestRecorder implements OnModuleDestroy, OnApplicationShutdown {
  private readonly refusals = new RefusalLimit<LedgerRow>((row, count) =>
    this.recorder.append(count === 1 ? row : { ...row, count }),
  );

  constructor(@Inject(LEDGER_RECORDER) private recorder: LedgerRecorder) {}

  /** Replaces the recorder that receives the rows. */
  recordTo(recorder: LedgerRecorder): void {
    this.recorder = recorder;
  }

  /** Makes the id of the row. Returns a function to call once, when the request has ended; undefined without a row. */
  started(request: Request, response: Response, context: RecordableRequest): (() => void) | undefined {
    if (!this.recorder.isEnabled || request.method !== 'POST') return undefined;
    const ledgerId = uuidV7();
    context.ledgerId = ledgerId;
    return () => this.finished(request, response, context, ledgerId);
  }

  /** Returns a function to call once at the end of a background response, with the status that a request would have. */
  backgroundStarted(
    context: RequestContext,
    request: Pick<EndedRequest, 'requestId' | 'method' | 'endpoint'>,
  ): ((httpStatus: number) => void) | undefined {
    const { ledgerId } = context;
    if (ledgerId === undefined) return undefined;
    return (httpStatus) => {
      const durationMs = performance.now() - context.startedAt;
      this.record({ ...request, context, ledgerId, httpStatus, durationMs, isCut: false });
    };
  }

  /** Appends the rows of refused requests that are counted. Called before the recorder stops. */
  flush(): void {
    this.refusals.flush();
  }

  /** Precedes the last write of the ledger. */
  onModuleDestroy(): void {
    this.flush();
  }

  onApplicationShutdown(): void {
    this.flush();
  }

  private finished(request: Request, response: Response, context: RequestContext, ledgerId: string): void {
    const { report, attempts, caller } = context;
    if (caller === undefined || report.continuesInBackground) return;
    const durationMs = performance.now() - context.startedAt;
    const isCut = !response.writableFinished;
    const write = (): void => {
      const httpStatus = isCut && !response.headersSent ? CLIENT_CLOSED_REQUEST : response.statusCode;
      const { method } = request;
      const endpoint = routeOf(request) ?? '';
      const modelText = report.model === undefined ? modelIn(request) : undefined;
      this.record({
        context,
        ledgerId,
        requestId: context.id,
        method,
        endpoint,
        httpStatus,
        durationMs,
        isCut,
        modelText,
      });
    };
    // Work that was started for the request must first stop and settle its usage.
    if (isCut || report.errorCode !== undefined || attempts.isOpen) setImmediate(write);
    else write();
  }

  private record(ended: EndedRequest): void {
    if (!isRefused(ended)) return this.recorder.append(ledgerRowOf(ended));
    const { report, caller } = ended.context;
    const refusal = { owner: caller?.id ?? '', code: report.errorCode ?? '' };
    this.refusals.refused(refusal, () => ledgerRowOf(ended));
  }
}

/** Returns the model in the body, or in the path of Bedrock's own API. */
function modelIn({ body, params, path }: Request): unknown {
  return path.startsWith('/model/') ? params['id'] : (body as { model?: unknown } | undefined)?.model;
}

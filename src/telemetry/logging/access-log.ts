import { Inject, Injectable, type OnApplicationShutdown, Optional } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Logger as PinoLogger } from 'pino';
import { GatewayConfig } from '../../config/gateway-config.ts';
import type { RequestContext, RequestReport } from '../../request/request-context.ts';
import type { ErrorSource } from '../../errors/codes/error-code-row.ts';
import { ContentLog } from '../content/content-log.ts';
import { addFormerFields } from './former-log-names.ts';
import { withoutUnknownNames } from './adjustment-notes.ts';
import { LineBudget } from './line-budget.ts';
import type { Loggers } from './logging.ts';
import { LOGGERS } from './logging.module.ts';
import { MetricsService } from '../metrics/metrics.service.ts';
import type { CancelableRequest, ActiveRequest } from '../metrics/active-requests.ts';
import { PROBE_PATHS } from '../probe-paths.ts';
import type { RequestLogLine } from '../../request/request-log-line.ts';
import { loggedPath, routeOf } from '../logged-path.ts';
import { formatUsd } from '../../usage/money.ts';
import type { OpenTelemetryBridge } from '../../request/request-trace.ts';
import { OPEN_TELEMETRY } from '../tracing/open-telemetry.module.ts';

/** Limit for lines of rejected requests without a valid key, all together. */
const KEYLESS_LINES_PER_SECOND = 10;
const FIRST_FAILED_STATUS = 400;
/** Status of nginx for a client that closed its connection before the response. */
const CLIENT_CLOSED_REQUEST = 499;

/** Writes one log line for each request, and is the only place that counts requests. */
@Injectable()
export class AccessLog implements OnApplicationShutdown {
  private readonly logger: PinoLogger;
  private readonly keylessLines = new LineBudget(KEYLESS_LINES_PER_SECOND, (notWritten) => {
    this.logger.info(
      { event: 'requests_rejected', notWritten },
      'log lines of rejected requests without a key were omitted',
    );
  });

  constructor(
    @Inject(LOGGERS) loggers: Loggers,
    private readonly metrics: MetricsService,
    private readonly contentLog: ContentLog,
    private readonly config: GatewayConfig,
    @Optional() @Inject(OPEN_TELEMETRY) private readonly openTelemetry?: OpenTelemetryBridge,
  ) {
    this.logger = loggers.access;
  }

  onApplicationShutdown(): void {
    this.keylessLines.flush();
  }

  /**
   * Records the start of a request. Returns a function to call once, after the response or after the client has
   * disconnected.
   */
  started(request: Request, response: Response, context: CancelableRequest): () => void {
    const open = this.metrics.open.add(context);
    context.contentLog = this.contentLog.current;
    if (this.openTelemetry) context.trace = this.openTelemetry.begin(request);
    return () => this.finished(request, response, open);
  }

  /**
   * Records the start of background work, for which no client waits. Returns a function to call once at its end, with
   * the status that a request would have.
   */
  backgroundStarted(context: CancelableRequest, method: string, route: string): (status: number) => void {
    const open = this.metrics.open.add(context);
    context.contentLog = this.contentLog.current;
    return (status) => {
      this.metrics.open.remove(open);
      this.record(toLine({ method, path: route, status }, context, performance.now() - context.startedAt), route);
    };
  }

  private finished(request: Request, response: Response, open: ActiveRequest): void {
    const { context } = open;
    const durationMs = performance.now() - context.startedAt;
    this.metrics.open.remove(open);
    if (response.writableFinished) this.write(request, response, context, durationMs);
    // The work that was started for the client must first stop and settle its usage.
    else setImmediate(() => this.write(request, response, context, durationMs));
  }

  private write(request: Request, response: Response, context: RequestContext, durationMs: number): void {
    const aborted = !response.writableFinished;
    const status = aborted && !response.headersSent ? CLIENT_CLOSED_REQUEST : response.statusCode;
    const path = this.metrics.isRoute(request.path) ? request.path : loggedPath(request);
    const line = toLine({ method: request.method, path, status, address: request.ip }, context, durationMs);
    if (aborted) line.clientDisconnected = true;
    this.record(line, routeOf(request));
    context.trace?.end(line, routeOf(request));
  }

  private record(line: RequestLogLine, route: string | undefined): void {
    this.metrics.observe(line, route);
    this.openTelemetry?.observe(line, route, this.metrics.modelLabelOf(line));
    const level = levelOf(line);
    if (!this.logger.isLevelEnabled(level)) return;
    if (line.key === undefined && line.status >= FIRST_FAILED_STATUS && !this.keylessLines.take()) return;
    if (this.config.deprecatedNames.emit) addFormerFields(line);
    this.logger[level](line, 'request');
  }
}

function levelOf(line: RequestLogLine): 'debug' | 'info' | 'warn' {
  if (PROBE_PATHS.test(line.path)) return 'debug';
  return line.status >= 500 ? 'warn' : 'info';
}

/** Returns the main cause of the added time; undefined for the gateway itself. */
function delaySourceOf(report: RequestReport): ErrorSource | undefined {
  const { delaySource, addedMs = 0, schemaCpuMs = 0, retries, failovers, fallback } = report;
  if (delaySource !== undefined) return delaySource;
  // The compilation of the client's schema took most of the time.
  if (schemaCpuMs > addedMs / 2) return 'client';
  const hasFailed = retries !== undefined || failovers !== undefined || fallback !== undefined;
  return hasFailed ? 'upstream' : undefined;
}

function toLine(
  http: Pick<RequestLogLine, 'method' | 'path' | 'status' | 'address'>,
  context: RequestContext,
  durationMs: number,
): RequestLogLine {
  const { report } = context;
  return {
    requestId: context.id,
    traceId: context.trace?.traceId,
    key: context.caller?.name,
    team: context.caller?.team?.name,
    ...http,
    model: report.model,
    requestedModel: report.redirectedFrom,
    modelState: report.modelState,
    target: report.target,
    targetFailovers: report.failovers,
    modelFallbacks: report.fallback,
    stream: report.stream,
    durationMs: Math.round(durationMs * 10) / 10,
    firstEventMs: report.firstEventMs,
    addedMs: report.addedMs === undefined ? undefined : Math.round(report.addedMs * 10) / 10,
    addedBy: report.addedMs === undefined ? undefined : delaySourceOf(report),
    maxGapMs: report.longestGapMs,
    msPerOutputToken: report.msPerToken,
    usage: report.usage,
    estimatedUsage: report.estimatedUsage,
    costUsd: usdOf(report.costNano),
    contractCostUsd: usdOf(report.contractCostNano),
    unknownPriceCostUsd: usdOf(report.unknownPriceCostNano),
    priceSource: report.priceSource === 'list' ? undefined : report.priceSource,
    upstreamCalls: report.upstreamCalls,
    retries: report.retries,
    streamContinuations: report.continued,
    cache: report.cache,
    adjusted: report.adjusted && withoutUnknownNames(report.adjusted),
    schemaCpuMs: report.schemaCpuMs === undefined ? undefined : Math.round(report.schemaCpuMs),
    errorCode: report.errorCode,
    errorSource: report.errorSource,
    errorStatus: report.errorStatus === http.status ? undefined : report.errorStatus,
    upstreamRequestId: report.upstreamRequestId,
  };
}

/** Converts nano-USD to USD by text, because a JSON number of USD must show the exact decimal digits. */
function usdOf(nanoUsd: number | undefined): number | undefined {
  return nanoUsd === undefined ? undefined : Number(formatUsd(nanoUsd));
}

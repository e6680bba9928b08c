import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Usage } from '../../usage/usage.ts';
import type { RequestLogLine } from '../../request/request-log-line.ts';
import { ConfigMetrics } from './config-metrics.ts';
import { AttributionMetrics } from './attribution-metrics.ts';
import { AdminMetrics } from './admin-metrics.ts';
import { BoundedLabel } from './bounded-label.ts';
import { KeyUsageMetrics } from './key-usage-metrics.ts';
import { TokenMetrics } from './token-metrics.ts';
import { renderWithFormerNames } from './former-metrics.ts';
import {
  createGatewayMetrics,
  type GatewayMetrics,
  registerTargetStates,
  type TargetHealthState,
} from './gateway-metrics.ts';
import { ActiveRequests } from './active-requests.ts';
import { versionOf } from '../version.ts';

const FIRST_ERROR_STATUS = 400;
/** A principal, as log lines name callers with a token. */
const PRINCIPAL_LABEL = /^p_[0-9a-f]{20}$/;

/** Owner of the limit that rejected a request. */
export type RejectionSource = 'key' | 'quota' | 'gateway';

/** Metrics of this process. Requests are counted at their end, from their log line. */
@Injectable()
export class MetricsService implements OnApplicationShutdown {
  readonly registry = new Registry();
  /** Requests in progress. */
  readonly open = new ActiveRequests();
  /** Metrics of the configuration and of governance.files. */
  readonly config = new ConfigMetrics(this.registry);
  readonly tokens = new TokenMetrics(this.registry);
  readonly admin = new AdminMetrics(this.registry);
  readonly attribution = new AttributionMetrics(this.registry);
  private readonly meters: GatewayMetrics;
  private readonly keys: KeyUsageMetrics;
  private readonly models = new BoundedLabel(200);
  private readonly codes = new BoundedLabel(100);
  private readonly targets = new BoundedLabel(200);
  private readonly fields = new BoundedLabel(50);
  /** Replaced when the models are known. */
  private isListed: (model: string) => boolean = () => false;
  /** Routes of earlier requests, to label a request that fails before its route is matched. */
  private readonly routes = new Set<string>();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.meters = createGatewayMetrics(this.registry, this.open);
    this.keys = new KeyUsageMetrics(this.registry);
    this.meters.buildInfo.set({ version: versionOf(), node: process.versions.node }, 1);
  }

  onApplicationShutdown(): void {
    this.registry.clear();
  }

  /**
   * Returns true if the path is a route of an earlier request. A request with an unreadable body fails before its route
   * matches.
   */
  isRoute(path: string): boolean {
    return this.routes.has(path);
  }

  /**
   * Returns the metrics in Prometheus' text format, with those under former names if `former` is `emit`. Both have the
   * values of one moment.
   */
  render(former: 'emit' | 'omit'): Promise<string> {
    return former === 'emit' ? renderWithFormerNames(this.registry) : this.registry.metrics();
  }

  /** Counts a finished request. `route` is the pattern that matched, undefined for unknown URLs and unreadable bodies. */
  observe(line: RequestLogLine, route: string | undefined): void {
    if (route !== undefined) this.routes.add(route);
    const path = route ?? (this.routes.has(line.path) ? line.path : 'unmatched');
    const stream = line.stream ? 'true' : 'false';
    const model = this.modelLabelOf(line);
    this.meters.requests.inc({ route: path, model, status: String(line.status) });
    this.meters.duration.observe({ route: path, stream }, line.durationMs / 1000);
    if (line.errorCode) this.countError(line, path);
    if (line.key !== undefined) this.keys.add(usageLabelOf(line.key, line.team), line);
    if (line.costUsd !== undefined) this.countCost(line.costUsd, line, model);
    if (line.model !== undefined) this.observeModel(line, { model, stream });
  }

  /**
   * Returns the label of a model. Clients may name any Bedrock id or ARN, so an unlisted name gets a time series only with
   * its first answer. Invented names cannot fill the limit.
   */
  modelLabelOf({ model, status, errorCode }: RequestLogLine): string {
    if (model === undefined) return 'none';
    if (this.models.has(model)) return model;
    const isReal = (status < FIRST_ERROR_STATUS && !errorCode) || this.isListed(model);
    return isReal ? this.models.of(model) : this.models.known(model);
  }

  /** Counts a retry, by the failure that caused it. */
  requestRetried(code: string | null): void {
    this.meters.retries.inc({ code: this.codes.of(code ?? 'unknown') });
  }

  /** Counts a failover to another target, by the failure that caused it. */
  targetFailover({ model, target, code }: { model: string; target: string; code: string }): void {
    const isListed = this.isListed(model);
    this.meters.failovers.inc({
      model: isListed ? this.models.of(model) : this.models.known(model),
      target: isListed ? this.targets.of(target) : this.targets.known(target),
      code: this.codes.of(code),
    });
  }

  /** Reserves a time series for the health of a target, unless a client may have invented its model. */
  targetUsed({ model, target }: { model: string | undefined; target: string }): void {
    if (!this.targets.has(target) && model !== undefined && this.isListed(model)) this.targets.of(target);
  }

  /** Sets the function that returns true for names of models that clients cannot invent. */
  setListedModels(isListed: (model: string) => boolean): void {
    this.isListed = isListed;
  }

  /** Counts an answer of a fallback model. */
  modelFallback({ from, to, code }: { from: string; to: string; code: string }): void {
    this.meters.fallbacks.inc({ from: this.models.of(from), to: this.models.of(to), code: this.codes.of(code) });
  }

  /** Registers the states of targets, except those of routes with a single target. `states` is called at each scrape. */
  watchTargets(states: () => Iterable<[target: string, state: TargetHealthState]>): void {
    registerTargetStates(this.registry, states, this.targets);
  }

  /** Counts a request that a limit or the overload protection rejected. */
  requestRejected(source: RejectionSource, reason: string): void {
    this.meters.rejected.inc({ source, reason });
  }

  /** Records the expiry of the TLS certificate in use. */
  certificateServed(validTo: Date): void {
    this.meters.certificateEnds.set(validTo.getTime() / 1000);
  }

  /** Records the start of the shutdown. */
  drainBegan(): void {
    this.meters.draining.set(1);
  }

  /** Counts a discovery of models. `result` is `ok` or an error code. */
  discoveryFinished(result: string): void {
    this.meters.discoveries.inc({ result: this.codes.of(result) });
    if (result === 'ok') this.meters.discovered.set({}, Date.now() / 1000);
  }

  private countError({ errorCode, errorSource, errorStatus, status }: RequestLogLine, route: string): void {
    const code = this.codes.of(errorCode!);
    this.meters.errors.inc({ route, code, source: errorSource, status: String(errorStatus ?? status) });
  }

  private countCost(costUsd: number, line: RequestLogLine, model: string): void {
    this.meters.cost.inc({ model }, costUsd);
    if (line.unknownPriceCostUsd !== undefined) this.meters.unknownPriceCost.inc({ model }, line.unknownPriceCostUsd);
    if (line.contractCostUsd !== undefined) this.meters.contractCost.inc({ model }, line.contractCostUsd);
  }

  private observeModel(line: RequestLogLine, { model, stream }: { model: string; stream: string }): void {
    if (line.firstEventMs !== undefined) this.meters.firstEvent.observe({ model, stream }, line.firstEventMs / 1000);
    if (line.addedMs !== undefined)
      this.meters.added.observe({ source: line.addedBy ?? 'gateway' }, line.addedMs / 1000);
    if (line.maxGapMs !== undefined) this.meters.gap.observe({ model }, line.maxGapMs / 1000);
    if (line.msPerOutputToken !== undefined) this.meters.perToken.observe({ model }, line.msPerOutputToken / 1000);
    if (line.target !== undefined) this.meters.upstreamAnswers.inc({ model, target: this.targets.of(line.target) });
    if (line.usage !== undefined) countTokens(this.meters.tokens, model, line.usage);
    if (line.estimatedUsage !== undefined) countTokens(this.meters.estimatedTokens, model, line.estimatedUsage);
    if (line.cache !== undefined) this.meters.cache.inc({ result: line.cache });
    if (line.requestedModel !== undefined) {
      this.meters.redirected.inc({ from: this.models.of(line.requestedModel), to: model });
    }
    for (const adjusted of line.adjusted ?? []) this.meters.adjusted.inc({ field: this.fields.of(fieldOf(adjusted)) });
  }
}

function countTokens(counter: GatewayMetrics['tokens'], model: string, tokens: Usage): void {
  if (tokens.input > 0) counter.inc({ model, kind: 'input' }, tokens.input);
  if (tokens.output > 0) counter.inc({ model, kind: 'output' }, tokens.output);
  if (tokens.cacheRead > 0) counter.inc({ model, kind: 'cache_read' }, tokens.cacheRead);
  if (tokens.cacheWrite > 0) counter.inc({ model, kind: 'cache_write' }, tokens.cacheWrite);
}

/**
 * Returns the field name of a note such as `temperature=dropped`. Unknown fields share one label, because clients invent
 * them.
 */
function fieldOf(adjusted: string): string {
  if (adjusted === 'unknown') return 'unknown';
  return /^[\w.-]+/.exec(adjusted)?.[0] ?? 'other';
}

/**
 * Returns the label of a caller in the metrics of keys. Principals share that of their team, because there are more people
 * than time series, and because metrics do not contain the use of single people.
 */
function usageLabelOf(key: string, team: string | undefined): string {
  return team !== undefined && PRINCIPAL_LABEL.test(key) ? `team:${team}` : key;
}

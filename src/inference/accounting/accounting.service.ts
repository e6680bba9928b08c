import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import { costOf, formatUsd } from '../../usage/cost.ts';
import { addUsage, ZERO_USAGE, type RunningUsageReader, type Usage } from '../../usage/usage.ts';
import type { ContentReader } from '../../request/content-recorder.ts';
import type { AcceptedAnswer, ChargedRequest } from './accepted-answer.ts';
import { StreamMeter } from './stream-meter.ts';

/** Settles tokens and cost of requests, for every API. */
@Injectable()
export class AccountingService {
  /**
   * Settles one answer of Bedrock: adds its tokens and its cost to the report of the request, and settles the quota of
   * its target. Bedrock bills the answer even if another call of the request fails. A model without a known price adds
   * no cost.
   */
  settle(accepted: AcceptedAnswer, usage: Usage, { context: { report }, route }: ChargedRequest): void {
    const cost = costOf(usage, route.model.price, accepted.target?.profile);
    if (cost !== undefined) report.cost = (report.cost ?? 0) + cost;
    report.usage = report.usage === undefined ? usage : addUsage(report.usage, usage);
    accepted.settle(usage);
  }

  /**
   * Reports the tokens of the whole answers that the client receives, including answers from the cache, and the cost so
   * far.
   */
  report(context: RequestContext, usages: readonly Usage[]): void {
    context.report.usage = usages.length === 1 ? usages[0] : usages.reduce(addUsage, ZERO_USAGE);
    if (context.report.cost !== undefined) context.header('x-outcrop-cost-usd', formatUsd(context.report.cost));
  }

  /**
   * Returns the meter of the streams of one request. The reader of a stream has the same index as the stream. `content`
   * reads the same events. The meter copies the fields of the payer, because it would otherwise keep the request of an
   * attempt in memory until the streams end.
   */
  meter<Event>(
    streams: readonly AcceptedAnswer[],
    readers: readonly RunningUsageReader<Event>[],
    { context, route }: ChargedRequest,
    content?: ContentReader<Event>,
  ): StreamMeter<Event> {
    return new StreamMeter({ streams, readers, chargedRequest: { context, route }, content }, this);
  }
}

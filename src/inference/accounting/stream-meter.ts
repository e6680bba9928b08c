import type { ContentReader } from '../../request/content-recorder.ts';
import type { RequestReport } from '../../request/request-context.ts';
import type { BillingFacts } from '../../usage/billing-facts.ts';
import { addUsage, ZERO_USAGE, type RunningUsageReader, type Usage } from '../../usage/usage.ts';
import type { AcceptedAnswer, ChargedRequest } from './accepted-answer.ts';
import { estimatedAnswer, usageOfLastStream } from './continued-usage.ts';
import { StreamTiming } from './stream-timing.ts';

/** The streams of one request. */
export interface MeteredStreams<Event> {
  readonly streams: readonly AcceptedAnswer[];
  /** One for each stream, in the same order. */
  readonly readers: readonly RunningUsageReader<Event>[];
  readonly chargedRequest: ChargedRequest;
  /** Reads the content of the streams; undefined unless it is logged. */
  readonly content: ContentReader<Event> | undefined;
}

/** The AccountingService, as far as a meter needs it. */
interface Settlement {
  settle(accepted: AcceptedAnswer, usage: Usage, chargedRequest: ChargedRequest, facts?: BillingFacts): void;
}

/** Reads usage from the events of one request's streams as they pass, and settles it when the streams end. */
export class StreamMeter<Event> {
  private readonly metered: MeteredStreams<Event>;
  private readonly accounting: Settlement;
  private readonly timing = new StreamTiming();

  constructor(metered: MeteredStreams<Event>, accounting: Settlement) {
    this.metered = metered;
    this.accounting = accounting;
  }

  /** Reads a batch of stream number `index`. */
  read(events: readonly Event[], index: number): void {
    this.timing.eventReceived();
    const { readers, content } = this.metered;
    const reader = readers[index]!;
    for (const event of events) reader.read(event);
    content?.read(events);
  }

  /**
   * Settles the usage of the streams. Called once, even if a stream breaks or the client disconnects. Bedrock reports
   * usage only at the end of a stream, but also bills a stream that ends early. The gateway estimates the usage of such
   * a stream.
   */
  settle(): void {
    const { streams, readers, chargedRequest, content } = this.metered;
    const { report } = chargedRequest.context;
    let total = ZERO_USAGE;
    for (const [index, stream] of streams.entries()) {
      if (stream.target === undefined) continue;
      const reader = readers[index]!;
      const counted = reader.counted();
      const usage = counted ?? estimatedAnswer(reader.estimated(), stream);
      if (counted === undefined) addEstimate(report, usageOfLastStream(usage, stream.continued));
      total = addUsage(total, usage);
      const settled = counted ?? { ...usage, estimated: true };
      this.accounting.settle(stream, settled, chargedRequest, reader.billing());
    }
    report.usage = report.abandonedUsage === undefined ? total : addUsage(total, report.abandonedUsage);
    this.timing.writeTo(report, streams.length === 1 ? readers[0]!.counted()?.output : undefined);
    content?.end();
  }
}

function addEstimate(report: RequestReport, usage: Usage): void {
  report.estimatedUsage = addUsage(report.estimatedUsage ?? ZERO_USAGE, usage);
}

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Value = { stringValue?: string; intValue?: number; doubleValue?: number; boolValue?: boolean } & {
  arrayValue?: { values: Value[] };
};
interface KeyValue {
  key: string;
  value: Value;
}

/** A span as in OTLP's JSON, with its attributes as an object. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  traceState?: string;
  name: string;
  /** 2: SERVER, 3: CLIENT. */
  kind: number;
  /** Nanoseconds since the epoch. */
  start: bigint;
  end: bigint;
  attributes: Record<string, unknown>;
  events: { name: string; attributes: Record<string, unknown> }[];
  /** 2: error. */
  status: number;
}

export interface ReceivedPoint {
  count: number;
  sum: number;
  attributes: Record<string, unknown>;
}

interface WireSpan extends Omit<ReceivedSpan, 'start' | 'end' | 'attributes' | 'events' | 'status'> {
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: KeyValue[];
  events?: { name: string; attributes?: KeyValue[] }[];
  status?: { code?: number };
}

/** An HTTP server that receives OTLP in JSON, as a collector does. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** Histogram points by metric name; later ones replace earlier ones. */
  readonly points = new Map<string, ReceivedPoint[]>();
  readonly requests: { path: string; headers: Record<string, unknown> }[] = [];
  /** Bodies as received. */
  readonly texts: string[] = [];
  resource: Record<string, unknown> = {};
  /** Status of the response. */
  status = 200;
  readonly url: string;
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        this.requests.push({ path: request.url ?? '', headers: request.headers });
        this.texts.push(Buffer.concat(parts).toString());
        if (this.status === 200) this.take(request.url ?? '', Buffer.concat(parts).toString());
        response.writeHead(this.status, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  static async start(): Promise<OtlpReceiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new OtlpReceiver(server);
  }

  get servers(): ReceivedSpan[] {
    return this.spans.filter(({ kind }) => kind === 2);
  }

  get clients(): ReceivedSpan[] {
    return this.spans.filter(({ kind }) => kind === 3);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(path: string, text: string): void {
    if (path.endsWith('/v1/traces')) {
      const body = JSON.parse(text) as {
        resourceSpans: { resource: { attributes: KeyValue[] }; scopeSpans: { spans: WireSpan[] }[] }[];
      };
      for (const { resource, scopeSpans } of body.resourceSpans) {
        this.resource = plain(resource.attributes);
        for (const { spans } of scopeSpans) this.spans.push(...spans.map(toSpan));
      }
    } else if (path.endsWith('/v1/metrics')) {
      const body = JSON.parse(text) as {
        resourceMetrics: {
          scopeMetrics: {
            metrics: {
              name: string;
              histogram?: { dataPoints: { count: number; sum: number; attributes: KeyValue[] }[] };
            }[];
          }[];
        }[];
      };
      const metrics = body.resourceMetrics.flatMap(({ scopeMetrics }) =>
        scopeMetrics.flatMap((scope) => scope.metrics),
      );
      for (const { name, histogram } of metrics) {
        this.points.set(
          name,
          (histogram?.dataPoints ?? []).map((point) => ({ ...point, attributes: plain(point.attributes) })),
        );
      }
    }
  }
}

function toSpan({ startTimeUnixNano, endTimeUnixNano, attributes, events, status, ...rest }: WireSpan): ReceivedSpan {
  return {
    ...rest,
    start: BigInt(startTimeUnixNano),
    end: BigInt(endTimeUnixNano),
    attributes: plain(attributes),
    events: (events ?? []).map((event) => ({ name: event.name, attributes: plain(event.attributes ?? []) })),
    status: status?.code ?? 0,
  };
}

function plain(attributes: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf(value: Value): unknown {
  if (value.arrayValue) return value.arrayValue.values.map(valueOf);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? Number(value.intValue);
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * AWS's Service Quotas, limited to ListServiceQuotas (Service Quotas API reference, 2019-06-24): JSON request and
 * response.
 */
export interface ServiceQuotasServer {
  url: string;
  /** Name and value, in the order of the response. */
  quotas: [name: string, value: number][];
  /** Regions and bodies of signed requests. */
  received: { region: string | undefined; signedBy: string | undefined; body: Record<string, unknown> }[];
  /** Rejects later requests, as without the IAM action. */
  denies: boolean;
  close(): Promise<void>;
}

const TARGET = 'ServiceQuotasV20190624.ListServiceQuotas';

/** Starts the server; `pageSize` is the number of quotas per page. */
export async function startServiceQuotas(pageSize = 2): Promise<ServiceQuotasServer> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = JSON.parse(await readText(request)) as Record<string, unknown>;
    const [, signedBy, , region] = /Credential=([^/]+)\/(\d+)\/([^/]+)/.exec(request.headers.authorization ?? '') ?? [];
    stub.received.push({ region, signedBy, body });
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if (stub.denies || request.headers['x-amz-target'] !== TARGET) {
      response.statusCode = 400;
      response.end(JSON.stringify({ __type: 'AccessDeniedException', Message: 'not authorized to perform this' }));
      return;
    }
    const from = Number(body.NextToken ?? 0);
    const page = stub.quotas.slice(from, from + pageSize);
    const more = from + pageSize < stub.quotas.length ? { NextToken: String(from + pageSize) } : {};
    const Quotas = page.map(([QuotaName, Value]) => ({ ServiceCode: 'bedrock', QuotaName, Value, Unit: 'None' }));
    response.end(JSON.stringify({ Quotas, ...more }));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stub: ServiceQuotasServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    quotas: [],
    received: [],
    denies: false,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return stub;
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

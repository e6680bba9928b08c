import { Injectable } from '@nestjs/common';
import { AwsSessions, type SessionKey } from '../sessions/aws-sessions.ts';

const SERVICE = 'bedrock';
/** Maximum page size of Service Quotas (service model, 2026-11). */
const PAGE_SIZE = 100;
/** Limit against listings without end. Bedrock has about 2,000 quotas. */
const MAX_PAGES = 100;
/** Milliseconds for the whole listing. No request waits for it. */
const LISTING_TIMEOUT_MS = 120_000;

/** Region and account of a listing. Without `account`, the gateway's own account. */
export type AccountRegion = Pick<SessionKey, 'region' | 'account'>;

/** Client of Service Quotas. Loads the SDK's client with the first listing, because most gateways do not use it. */
@Injectable()
export class ServiceQuotasClient {
  constructor(private readonly sessions: AwsSessions) {}

  /**
   * Returns all quotas of Bedrock in one region, as granted to the account. IAM action `servicequotas:ListServiceQuotas`.
   * The SDK resolves the endpoint, so AWS_ENDPOINT_URL_SERVICE_QUOTAS applies. Throws the errors of the SDK.
   */
  async list({ region, account }: AccountRegion, signal: AbortSignal): Promise<ServiceQuota[]> {
    const { ServiceQuotasClient, paginateListServiceQuotas } = await import('@aws-sdk/client-service-quotas');
    const { credentials } = this.sessions.of({ region, account }).client.config;
    const client = new ServiceQuotasClient({ region, credentials });
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(LISTING_TIMEOUT_MS)]);
    const quotas: ServiceQuota[] = [];
    let page = 0;
    try {
      const pages = paginateListServiceQuotas(
        { client, pageSize: PAGE_SIZE },
        { ServiceCode: SERVICE },
        { abortSignal },
      );
      for await (const { Quotas = [] } of pages) {
        for (const { QuotaName: name = '', Value: value = 0 } of Quotas) quotas.push({ name, value });
        if (++page >= MAX_PAGES) throw new Error(`Service Quotas lists more than ${MAX_PAGES} pages of quotas`);
      }
      return quotas;
    } finally {
      client.destroy();
    }
  }
}

/** One entry of Service Quotas' listing. */
export interface ServiceQuota {
  name: string;
  value: number;
}

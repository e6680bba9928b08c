import { Injectable } from '@nestjs/common';
import { AwsSessions, type SessionKey } from '../sessions/aws-sessions.ts';

const SERVICE = 'bedrock';
/** The most Service Quotas gives at a time (service model, 2026-11). */
const PAGE_SIZE = 100;
/** Bedrock has some two thousand quotas; a listing that goes on and on is not believed. */
const MOST_PAGES = 100;
/** Milliseconds for the whole listing; nobody waits for it. */
const PATIENCE_MS = 120_000;

/** Where quotas are asked for; without an account, of the gateway's own. */
export type AccountRegion = Pick<SessionKey, 'region' | 'account'>;

/** What AWS lets accounts use. The SDK's client is only loaded where this is asked for. */
@Injectable()
export class ServiceQuotasClient {
  constructor(private readonly sessions: AwsSessions) {}

  /**
   * All quotas of Bedrock in one region, as granted to the account; IAM action `servicequotas:ListServiceQuotas`. The
   * endpoint is the SDK's, so AWS_ENDPOINT_URL_SERVICE_QUOTAS holds. Throws what the SDK throws.
   */
  async list({ region, account }: AccountRegion, signal: AbortSignal): Promise<ServiceQuota[]> {
    const { ServiceQuotasClient, paginateListServiceQuotas } = await import('@aws-sdk/client-service-quotas');
    const { credentials } = this.sessions.of({ region, account }).client.config;
    const client = new ServiceQuotasClient({ region, credentials });
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
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
        if (++page >= MOST_PAGES) throw new Error(`Service Quotas has more than ${MOST_PAGES} pages of quotas`);
      }
      return quotas;
    } finally {
      client.destroy();
    }
  }
}

/** A quota as Service Quotas lists it. */
export interface ServiceQuota {
  name: string;
  value: number;
}

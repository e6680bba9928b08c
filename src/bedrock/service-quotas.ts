import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { ListedQuota } from '../routing/quotas/quota-names.ts';

const SERVICE = 'bedrock';
/** The most Service Quotas gives at a time (service model, 2026-11). */
const PAGE_SIZE = 100;
/** Bedrock has some two thousand quotas; a listing that goes on and on is not believed. */
const MOST_PAGES = 100;
/** Milliseconds for the whole listing; nobody waits for it. */
const PATIENCE_MS = 120_000;

export type Credentials = NonNullable<ConstructorParameters<typeof ServiceQuotasClient>[0]>['credentials'];

/**
 * All quotas of Bedrock in one region, as granted to the account of the credentials (the SDK's own where there are none
 * given). IAM action `servicequotas:ListServiceQuotas`. The SDK is only loaded for this; AWS_ENDPOINT_URL_SERVICE_QUOTAS
 * names another endpoint. Throws what the SDK throws.
 */
export async function listQuotas(
  region: string,
  signal: AbortSignal,
  credentials?: Credentials,
): Promise<ListedQuota[]> {
  const { ServiceQuotasClient, paginateListServiceQuotas } = await import('@aws-sdk/client-service-quotas');
  const client = new ServiceQuotasClient({ region, credentials });
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const quotas: ListedQuota[] = [];
  let page = 0;
  try {
    const pages = paginateListServiceQuotas({ client, pageSize: PAGE_SIZE }, { ServiceCode: SERVICE }, { abortSignal });
    for await (const { Quotas = [] } of pages) {
      for (const { QuotaName: name = '', Value: value = 0 } of Quotas) quotas.push({ name, value });
      if (++page >= MOST_PAGES) throw new Error(`Service Quotas has more than ${MOST_PAGES} pages of quotas`);
    }
    return quotas;
  } finally {
    client.destroy();
  }
}

import { Get, Headers, Query, Res } from '@nestjs/common';
import type { Response as HttpResponse } from 'express';
import type { Administrator } from '../../../governance/administration/administrator.ts';
import { AdminRoute } from '../../../http/auth/admin-route.decorator.ts';
import { CurrentAdministrator } from '../../../http/auth/current-administrator.decorator.ts';
import type { RequestNames } from '../../../ledger/requests/request-names.ts';
import type { UsageDimension } from '../../../ledger/usage/usage-query.ts';
import { usageCsv } from '../../../ledger/usage/usage-csv.ts';
import type { UsageReport } from '../../../ledger/usage/usage-report.ts';
import { UsageService } from '../../../ledger/usage/usage.service.ts';
import { AdminController } from '../admin-controller.decorator.ts';
import type { AdminQuery } from '../admin-request.ts';
import { GovernedNames } from '../requests/governed-names.ts';
import { readUsageQuery } from './read-usage-query.ts';
import { UsageScope } from './usage-scope.ts';

/** Cost and usage from the sums of the ledger. */
@AdminController('usage')
export class UsageController {
  constructor(
    private readonly usage: UsageService,
    private readonly names: GovernedNames,
    private readonly scope: UsageScope,
  ) {}

  @Get()
  @AdminRoute('readUsage')
  async find(
    @CurrentAdministrator() administrator: Administrator,
    @Query() given: AdminQuery,
    @Res({ passthrough: true }) response: HttpResponse,
    @Headers('accept') accept?: string,
  ): Promise<UsageReport | string> {
    this.usage.checkIsKept();
    const { queryOf, ...parameters } = readUsageQuery(given);
    const filters = this.scope.filtersFor(administrator, parameters);
    const query = (today: string) => queryOf(filters, today);
    const [report] = await this.usage.reports([{ query, nameOf: nameFinder(this.names.lookups()) }]);
    const isCsv = (parameters.format ?? (/\btext\/csv\b/.test(accept ?? '') ? 'csv' : 'json')) === 'csv';
    response.vary('accept');
    if (!isCsv) return report!;
    response.type('text/csv; charset=utf-8');
    return usageCsv(report!);
  }
}

/** Returns a function that finds the present name of a member; null if the member is not an object or was deleted. */
function nameFinder(names: RequestNames): (by: UsageDimension, id: string) => string | null {
  return (by, id) => (by === 'team' || by === 'application' || by === 'key' ? (names[by](id) ?? null) : null);
}

import { Get, Param, Query } from '@nestjs/common';
import { GatewayConfig } from '../../../config/gateway-config.ts';
import { DatabaseService } from '../../../database/database.service.ts';
import type { Administrator } from '../../../governance/administration/administrator.ts';
import type { ObjectPage } from '../../../governance/administration/object-listing.ts';
import { AdminRoute } from '../../../http/auth/admin-route.decorator.ts';
import { CurrentAdministrator } from '../../../http/auth/current-administrator.decorator.ts';
import { type ExplainedRequest, explainedRequest } from '../../../ledger/requests/request-explanation.ts';
import { formatPosition, type RequestScope, timeOfRequest } from '../../../ledger/requests/request-filter.ts';
import { searchRequests } from '../../../ledger/requests/request-search.ts';
import { type RequestSummary, summaryOf } from '../../../ledger/requests/request-summary.ts';
import { readQuarantineReason, readStoredRequest } from '../../../ledger/requests/stored-request.ts';
import { AdminController } from '../admin-controller.decorator.ts';
import { type AdminQuery, readQuery } from '../admin-request.ts';
import { GovernedNames } from './governed-names.ts';
import { requireLedger, noSuchRequest, notARequestId } from './request-errors.ts';
import { readRequestQuery } from './request-query.ts';
import { UTC_DAY_MS } from '../../../ledger/time/utc-time.ts';

/** Milliseconds after now that the ids of rows may have, because clocks differ. */
const AHEAD_MS = 60_000;

/** Requests in the ledger: search, and what happened to one of them. */
@AdminController('requests')
export class RequestsController {
  constructor(
    private readonly database: DatabaseService,
    private readonly names: GovernedNames,
    private readonly config: GatewayConfig,
  ) {}

  @Get()
  @AdminRoute('readRequests')
  async list(
    @CurrentAdministrator() administrator: Administrator,
    @Query() query: AdminQuery,
  ): Promise<ObjectPage<RequestSummary>> {
    const { from, key, limit, position, team, to, ...filter } = readRequestQuery(query);
    requireLedger(this.database);
    const { latest, oldest } = this.keptTimes();
    const { next, rows } = await searchRequests(this.database, {
      scope: this.names.scopeOf(administrator),
      filter: {
        ...filter,
        keyId: key === undefined ? undefined : this.names.keyId(key),
        teamId: team === undefined ? undefined : this.names.teamId(team),
        from: Math.max(from, oldest),
        to: Math.min(to, latest),
      },
      limit,
      position,
    });
    const names = this.names.lookups();
    return {
      data: rows.map((row) => summaryOf(row, names)),
      has_more: next !== undefined,
      next: next === undefined ? null : formatPosition(next),
    };
  }

  @Get(':id')
  @AdminRoute('readRequests')
  async find(
    @CurrentAdministrator() administrator: Administrator,
    @Param('id') given: string,
    @Query() query: AdminQuery,
  ): Promise<ExplainedRequest> {
    readQuery(query, []);
    const id = given.toLowerCase();
    const at = timeOfRequest(id);
    if (at === undefined) throw notARequestId(given);
    requireLedger(this.database);
    const scope = this.names.scopeOf(administrator);
    const found = await readStoredRequest(this.database, scope, id);
    if (found === undefined) throw await this.missing(scope, id, at);
    return explainedRequest(found, this.names.lookups());
  }

  private async missing(scope: RequestScope, id: string, at: number): Promise<Error> {
    // The owner of a row in quarantine is not known without its content.
    const quarantined = scope.rows === 'all' ? await readQuarantineReason(this.database, id) : undefined;
    const { rowRetentionDays: keptDays } = this.config.ledger;
    return noSuchRequest({ id, at, now: Date.now(), keptDays, quarantined });
  }

  /** Returns the times that rows can have. */
  private keptTimes(): { oldest: number; latest: number } {
    const now = Date.now();
    const oldestDay = Math.floor(now / UTC_DAY_MS) - this.config.ledger.rowRetentionDays;
    return { oldest: Math.max(0, oldestDay * UTC_DAY_MS), latest: now + AHEAD_MS };
  }
}

import { Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { GatewayConfig } from '../../../config/gateway-config.ts';
import { DatabaseService } from '../../../database/database.service.ts';
import { GatewayError } from '../../../errors/errors.ts';
import { AdministrationService } from '../../../governance/administration/administration.service.ts';
import type { Administrator } from '../../../governance/administration/administrator.ts';
import type { ObjectPage } from '../../../governance/administration/object-listing.ts';
import { AdminRoute } from '../../../http/auth/admin-route.decorator.ts';
import { CurrentAdministrator } from '../../../http/auth/current-administrator.decorator.ts';
import {
  LedgerQuarantine,
  type QuarantineEntry,
  type RetryResult,
} from '../../../ledger/quarantine/ledger-quarantine.ts';
import { AdminController } from '../admin-controller.decorator.ts';
import { type AdminQuery, pageLimit, readQuery } from '../admin-request.ts';
import { requireLedger } from '../requests/request-errors.ts';

const MAX_QUARANTINE_ID = 64;

/** Rows of the ledger that were not accepted. */
@AdminController('quarantine')
export class QuarantineController {
  private readonly quarantine: LedgerQuarantine;

  constructor(
    private readonly database: DatabaseService,
    private readonly administration: AdministrationService,
    config: GatewayConfig,
  ) {
    this.quarantine = new LedgerQuarantine(database, () => config.ledger);
  }

  @Get()
  @AdminRoute('readAll')
  async list(@Query() query: AdminQuery): Promise<ObjectPage<QuarantineEntry>> {
    const { after, limit: given, reason } = readQuery(query, ['after', 'limit', 'reason']);
    const limit = pageLimit(given);
    requireLedger(this.database);
    const found = await this.quarantine.list({ after, reason, limit: limit + 1 });
    const data = found.slice(0, limit);
    const hasMore = found.length > limit;
    return { data, has_more: hasMore, next: hasMore ? data.at(-1)!.id : null };
  }

  @Get(':id')
  @AdminRoute('readAll')
  async find(@Param('id') id: string, @Query() query: AdminQuery): Promise<QuarantineEntry & { content: string }> {
    readQuery(query, []);
    requireLedger(this.database);
    return (await this.quarantine.find(id)) ?? notInQuarantine(id);
  }

  @Post(':id/retry')
  @HttpCode(200)
  @AdminRoute('writeAll')
  async retry(
    @CurrentAdministrator() administrator: Administrator,
    @Param('id') id: string,
  ): Promise<RetryResult & { id: string }> {
    await this.record(administrator, id, 'ledger.quarantine.retry');
    return { id, ...((await this.quarantine.retry(id)) ?? notInQuarantine(id)) };
  }

  @Delete(':id')
  @AdminRoute('writeAll')
  async drop(
    @CurrentAdministrator() administrator: Administrator,
    @Param('id') id: string,
  ): Promise<{ id: string; dropped: true }> {
    await this.record(administrator, id, 'ledger.quarantine.drop');
    return (await this.quarantine.drop(id)) ? { id, dropped: true } : notInQuarantine(id);
  }

  /** Adds an entry to the audit before the ledger changes. Throws GatewayError 404 for a row that is not in quarantine. */
  private async record({ actor }: Administrator, id: string, action: string): Promise<void> {
    requireLedger(this.database);
    const { day, detail, reason } = (await this.quarantine.find(id)) ?? notInQuarantine(id);
    await this.administration.change(async (change) => {
      change.appendAudit({ actor, action, details: { id, day, reason, detail } });
    });
  }
}

function notInQuarantine(id: string): never {
  const message = `No row with the id '${id.slice(0, MAX_QUARANTINE_ID)}' is in quarantine.`;
  throw new GatewayError({ code: 'not_found', param: 'id', message });
}

import { Body, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { badRequest } from '../../../errors/errors.ts';
import { AdministrationService } from '../../../governance/administration/administration.service.ts';
import type { Administrator } from '../../../governance/administration/administrator.ts';
import { AdminRoute } from '../../../http/auth/admin-route.decorator.ts';
import { CurrentAdministrator } from '../../../http/auth/current-administrator.decorator.ts';
import { LedgerAdjustments, type WrittenAdjustment } from '../../../ledger/closing/ledger-adjustments.ts';
import { type ClosedMonth, MonthClosing, type MonthVerdict } from '../../../ledger/closing/month-closing.ts';
import { UsageService } from '../../../ledger/usage/usage.service.ts';
import { AdminController } from '../admin-controller.decorator.ts';
import { type AdminQuery, readFields, readQuery, requiredTextField } from '../admin-request.ts';
import { nanoUsdOf } from './nano-usd.ts';

const MAX_ADJUSTMENT_REASON = 500;

/** Closes months of the ledger, and corrects rows. */
@AdminController('ledger')
export class LedgerController {
  constructor(
    private readonly closing: MonthClosing,
    private readonly adjustments: LedgerAdjustments,
    private readonly administration: AdministrationService,
    private readonly usage: UsageService,
  ) {}

  @Get('months')
  @AdminRoute('readAll')
  async list(@Query() query: AdminQuery): Promise<{ data: Omit<ClosedMonth, 'manifest'>[] }> {
    readQuery(query, []);
    this.usage.checkIsKept();
    return { data: (await this.closing.list()).map(({ manifest: _manifest, ...month }) => month) };
  }

  @Get('months/:month')
  @AdminRoute('readAll')
  async find(@Param('month') month: string, @Query() query: AdminQuery): Promise<ClosedMonth> {
    readQuery(query, []);
    this.usage.checkIsKept();
    return this.closing.find(month);
  }

  @Get('months/:month/verify')
  @AdminRoute('readAll')
  async verify(@Param('month') month: string, @Query() query: AdminQuery): Promise<MonthVerdict> {
    readQuery(query, []);
    this.usage.checkIsKept();
    return this.closing.verify(month);
  }

  @Post('months/:month/close')
  @HttpCode(200)
  @AdminRoute('writeAll')
  async close(
    @CurrentAdministrator() { actor }: Administrator,
    @Param('month') month: string,
    @Body() body: unknown,
  ): Promise<ClosedMonth> {
    readFields(body, []);
    this.usage.checkIsKept();
    const manifest = await this.closing.freeze(month);
    await this.administration.change(async (change) => {
      const hash = await change.include((transaction) => this.closing.complete(transaction, manifest));
      const details = { manifestHash: hash, timeZone: manifest.timeZone, quarantined: manifest.quarantined };
      change.appendAudit({ actor, action: 'ledger.close', objectKind: 'LedgerMonth', objectId: month, details });
    });
    return this.closing.find(month);
  }

  @Post('adjustments')
  @AdminRoute('writeAll')
  async adjust(
    @CurrentAdministrator() { actor }: Administrator,
    @Body() body: unknown,
  ): Promise<WrittenAdjustment & { corrects: string }> {
    const fields = readFields(body, ['corrects', 'listCostUsd', 'contractCostUsd', 'reason']);
    this.usage.checkIsKept();
    const corrects = requiredTextField(fields, 'corrects');
    const reason = requiredTextField(fields, 'reason').trim();
    if (reason === '' || reason.length > MAX_ADJUSTMENT_REASON) {
      throw badRequest(`reason must have 1 to ${MAX_ADJUSTMENT_REASON} characters.`, 'reason', 'invalid_value');
    }
    const costs = { listCost: nanoUsdOf(fields, 'listCostUsd'), contractCost: nanoUsdOf(fields, 'contractCostUsd') };
    if (costs.listCost === 0n && costs.contractCost === 0n) {
      throw badRequest('listCostUsd or contractCostUsd must not be 0.', 'contractCostUsd', 'invalid_value');
    }
    await this.adjustments.prepare();
    return this.administration.change(async (change) => {
      const written = await change.include((transaction) =>
        this.adjustments.write(transaction, { corrects, reason, ...costs }),
      );
      const { contractCostUsd = '0', listCostUsd = '0' } = fields as Record<string, string>;
      const details = { corrects, reason, listCostUsd, contractCostUsd, countedOn: written.countedOn };
      const entry = { action: 'ledger.adjust', objectKind: 'LedgerRow', objectId: written.id, details };
      change.appendAudit({ actor, ...entry });
      return { ...written, corrects };
    });
  }
}

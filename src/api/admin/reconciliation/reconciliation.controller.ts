import { Get, Param, Query } from '@nestjs/common';
import { DatabaseService } from '../../../database/database.service.ts';
import { badRequest, GatewayError } from '../../../errors/errors.ts';
import { AdminRoute } from '../../../http/auth/admin-route.decorator.ts';
import { readLedgerDay } from '../../../ledger/reconciliation/drift/ledger-cells.ts';
import { ledgerCellJson, type LedgerCellJson } from '../../../ledger/reconciliation/drift/ledger-cell-json.ts';
import type { Reconciliation } from '../../../ledger/reconciliation/reconciliation.ts';
import { readReconciledMonths, readReconciliation } from '../../../ledger/reconciliation/reconciliation-store.ts';
import { AdminController } from '../admin-controller.decorator.ts';
import { type AdminQuery, readQuery } from '../admin-request.ts';
import { requireLedger } from '../requests/request-errors.ts';

const COMPARED_MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
const COMPARED_DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Comparisons of the ledger with AWS's bill. */
@AdminController('reconciliation')
export class ReconciliationController {
  constructor(private readonly database: DatabaseService) {}

  @Get()
  @AdminRoute('readAll')
  async list(@Query() query: AdminQuery) {
    readQuery(query, []);
    requireLedger(this.database);
    return { data: await readReconciledMonths(this.database) };
  }

  /** Returns the sums that a comparison by the command line needs, while this process uses the file of SQLite. */
  @Get('ledger/:day')
  @AdminRoute('readAll')
  async ledgerDay(@Param('day') day: string, @Query() query: AdminQuery): Promise<{ data: LedgerCellJson[] }> {
    readQuery(query, []);
    if (!COMPARED_DAY.test(day) || Number.isNaN(Date.parse(`${day}T00:00:00Z`))) {
      throw badRequest('The day must have the form YYYY-MM-DD.', 'day', 'invalid_value');
    }
    requireLedger(this.database);
    return { data: (await readLedgerDay(this.database, day)).map(ledgerCellJson) };
  }

  @Get(':month')
  @AdminRoute('readAll')
  async month(@Param('month') month: string, @Query() query: AdminQuery): Promise<Reconciliation> {
    readQuery(query, []);
    if (!COMPARED_MONTH.test(month)) {
      throw badRequest('The month must have the form YYYY-MM.', 'month', 'invalid_value');
    }
    requireLedger(this.database);
    const report = await readReconciliation(this.database, month);
    if (report !== undefined) return report;
    const message = `${month} was not compared with AWS's bill. Set ledger.reconciliation.cur, or run the command reconcile with --store.`;
    throw new GatewayError({ code: 'not_found', param: 'month', message });
  }
}

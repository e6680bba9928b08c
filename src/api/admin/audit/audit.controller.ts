import { Get, Query } from '@nestjs/common';
import { badRequest } from '../../../errors/errors.ts';
import { AuditService, type AuditEntryView } from '../../../governance/audit/audit.service.ts';
import { noDatabase } from '../../../governance/administration/administration-errors.ts';
import { AdministrationService } from '../../../governance/administration/administration.service.ts';
import type { ObjectPage } from '../../../governance/administration/object-listing.ts';
import { AdminRoute } from '../../../http/auth/admin-route.decorator.ts';
import { AdminController } from '../admin-controller.decorator.ts';
import { type AdminQuery, pageLimit, readQuery } from '../admin-request.ts';

/** The audit: who changed what. */
@AdminController('audit')
export class AuditController {
  constructor(
    private readonly audit: AuditService,
    private readonly administration: AdministrationService,
  ) {}

  @Get()
  @AdminRoute('readAll')
  async list(@Query() query: AdminQuery): Promise<ObjectPage<AuditEntryView>> {
    const { limit: text, after, kind, object } = readQuery(query, ['limit', 'after', 'kind', 'object']);
    if (after !== undefined && !/^\d{1,15}$/.test(after)) {
      throw badRequest('The cursor is not valid. Send the value of `next`.', 'after', 'invalid_value');
    }
    const page = { after: Number(after ?? 0), limit: pageLimit(text), objectKind: kind, objectId: object };
    const { entries: data, hasMore } = await this.audit.page(page);
    if (!hasMore) await this.audit.exported();
    return { data, has_more: hasMore, next: hasMore ? String(data.at(-1)!.sequence) : null };
  }

  @Get('verify')
  @AdminRoute('readAll')
  verify() {
    if (!this.administration.repository.isConfigured) throw noDatabase();
    return this.audit.verify();
  }
}

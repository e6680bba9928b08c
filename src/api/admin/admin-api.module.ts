import { Module } from '@nestjs/common';
import { AdmissionModule } from '../../admission/admission.module.ts';
import { DatabaseModule } from '../../database/database.module.ts';
import { AdminAuthenticator } from '../../governance/administration/admin-authenticator.ts';
import { BackupAdministration } from '../../governance/administration/backup-administration.ts';
import { PrincipalRoles } from '../../governance/administration/principal-roles.ts';
import { AdministrationModule } from '../../governance/administration.module.ts';
import { ApiKeyModule } from '../../governance/api-key.module.ts';
import { PrincipalErasure } from '../../ledger/erasure/principal-erasure.ts';
import { ModelsModule } from '../../models/models.module.ts';
import { RoutingModule } from '../../routing/routing.module.ts';
import { ChargeExportService } from '../../ledger/export/charge-export.service.ts';
import { ApplyController } from './apply/apply.controller.ts';
import { AuditController } from './audit/audit.controller.ts';
import { AdminServer } from '../../http/server/admin.server.ts';
import { ConnectionsModule } from '../../http/connections/connections.module.ts';
import { DatabaseController } from './database/database.controller.ts';
import { AdminKeysController } from './keys/admin-keys.controller.ts';
import { AdminApplicationsController } from './objects/applications.controller.ts';
import { AdminCatalogController } from './objects/catalog.controller.ts';
import { ObjectRoutes } from './objects/object-routes.ts';
import { AdminTeamsController } from './objects/teams.controller.ts';
import { PrincipalsController } from './principals/principals.controller.ts';
import { QuarantineController } from './quarantine/quarantine.controller.ts';
import { GovernedNames } from './requests/governed-names.ts';
import { ReconciliationController } from './reconciliation/reconciliation.controller.ts';
import { RequestsController } from './requests/requests.controller.ts';
import { RolesController } from './roles/roles.controller.ts';
import { StateController } from './state/state.controller.ts';
import { LedgerAdjustments } from '../../ledger/closing/ledger-adjustments.ts';
import { MonthClosing } from '../../ledger/closing/month-closing.ts';
import { LedgerController } from './ledger/ledger.controller.ts';
import { UsageScope } from './usage/usage-scope.ts';
import { UsageController } from './usage/usage.controller.ts';
import { UsageExportController } from './usage/usage-export.controller.ts';

/** The admin API. Not loaded unless `admin.enabled`. */
@Module({
  imports: [
    AdministrationModule,
    AdmissionModule,
    ApiKeyModule,
    ConnectionsModule,
    DatabaseModule,
    ModelsModule,
    RoutingModule,
  ],
  controllers: [
    AdminTeamsController,
    AdminApplicationsController,
    AdminCatalogController,
    AdminKeysController,
    PrincipalsController,
    RolesController,
    ApplyController,
    AuditController,
    StateController,
    DatabaseController,
    ReconciliationController,
    RequestsController,
    QuarantineController,
    UsageController,
    LedgerController,
    UsageExportController,
  ],
  providers: [
    AdminAuthenticator,
    AdminServer,
    BackupAdministration,
    ChargeExportService,
    GovernedNames,
    ObjectRoutes,
    PrincipalErasure,
    PrincipalRoles,
    UsageScope,
    MonthClosing,
    LedgerAdjustments,
  ],
})
export class AdminApiModule {}

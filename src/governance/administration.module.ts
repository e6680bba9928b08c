import { Module } from '@nestjs/common';
import { AuditService } from './audit/audit.service.ts';
import { GovernanceModule } from './governance.module.ts';
import { AdministrationService } from './administration/administration.service.ts';
import { ApplyService } from './apply/apply.service.ts';
import { KeyAdministration } from './administration/key-administration.ts';
import { ObjectListing } from './administration/object-listing.ts';
import { PrincipalAdministration } from './administration/principal-administration.ts';

const ADMINISTRATION_SERVICES = [
  AdministrationService,
  ApplyService,
  AuditService,
  KeyAdministration,
  ObjectListing,
  PrincipalAdministration,
];

@Module({
  imports: [GovernanceModule],
  providers: ADMINISTRATION_SERVICES,
  exports: [...ADMINISTRATION_SERVICES, GovernanceModule],
})
export class AdministrationModule {}

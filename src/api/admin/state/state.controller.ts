import { Get, Query } from '@nestjs/common';
import { DatabaseService } from '../../../database/database.service.ts';
import { AdministrationService } from '../../../governance/administration/administration.service.ts';
import { findDrift } from '../../../governance/apply/drift.ts';
import { ModelRegistryService } from '../../../models/model-registry.service.ts';
import { RoutingService } from '../../../routing/routing.service.ts';
import { AdminRoute } from '../../../http/auth/admin-route.decorator.ts';
import { AdminController } from '../admin-controller.decorator.ts';
import { type AdminQuery, readQuery } from '../admin-request.ts';

/** The state of the gateway as its administrators need it. No route of this controller needs the database. */
@AdminController('')
export class StateController {
  constructor(
    private readonly administration: AdministrationService,
    private readonly models: ModelRegistryService,
    private readonly routing: RoutingService,
    private readonly database: DatabaseService,
  ) {}

  @Get('state')
  @AdminRoute('readTeam')
  state(@Query() query: AdminQuery) {
    readQuery(query, []);
    const { replica, snapshot } = this.administration.governance;
    const { isConfigured, available, dialect } = this.database;
    const hasObjects = replica?.hasObjects === true;
    return {
      epoch: replica?.epoch ?? null,
      revision: hasObjects ? replica.revision : null,
      lag: hasObjects ? replica.lag : null,
      snapshotAgeSeconds: hasObjects ? Math.max(0, (Date.now() - replica.confirmedAt) / 1000) : null,
      database: { configured: isConfigured, available: isConfigured && available, dialect: dialect ?? null },
      counts: snapshot?.counts ?? [],
    };
  }

  @Get('models')
  @AdminRoute('readAll')
  listModels(@Query() query: AdminQuery) {
    readQuery(query, []);
    const catalog = this.administration.governance.snapshot?.catalog;
    const data = this.models.list().map(({ id }) => ({ id, catalog: catalog?.get(id)?.document ?? null }));
    return { data, unknown: this.models.unknownCatalogModels };
  }

  @Get('targets')
  @AdminRoute('readAll')
  listTargets(@Query() query: AdminQuery) {
    readQuery(query, []);
    return { data: this.routing.targetStates().map(([target, state]) => ({ target, state })) };
  }

  @Get('drift')
  @AdminRoute('readAll')
  async drift(@Query() query: AdminQuery) {
    readQuery(query, []);
    const { snapshot } = this.administration.governance;
    return { data: snapshot === undefined ? [] : await findDrift(snapshot) };
  }
}

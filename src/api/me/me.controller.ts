import { Controller, Get } from '@nestjs/common';
import { CurrentContext } from '../../http/context/current-context.decorator.ts';
import { ModelRegistryService } from '../../models/model-registry.service.ts';
import type { CallerGroup, CallerLimits } from '../../request/caller.ts';
import type { RequestContext } from '../../request/request-context.ts';

/** What a caller may know about itself. */
export interface CallerView {
  id: string;
  name: string;
  kind: 'key' | 'principal';
  team: CallerGroup | null;
  application: CallerGroup | null;
  principal: string | null;
  /** Models that the caller may use. */
  models: string[];
  limits: CallerLimits;
}

/** Describes the caller to itself. */
@Controller('v1/me')
export class MeController {
  constructor(private readonly registry: ModelRegistryService) {}

  @Get()
  find(@CurrentContext() { caller }: RequestContext): CallerView {
    if (caller === undefined) throw new Error('the ApiKeyGuard has not authenticated the request');
    const { id, name, team, application, principal, limits } = caller;
    return {
      id,
      name,
      kind: principal === id ? 'principal' : 'key',
      team: team ?? null,
      application: application ?? null,
      principal: principal ?? null,
      models: this.registry.list(caller).map((model) => model.id),
      limits: limits ?? {},
    };
  }
}

import { ApiKeyService } from '../../src/governance/api-key.service.ts';
import type { Caller, ModelAccess } from '../../src/request/caller.ts';
import type { TestGateway } from './gateway.ts';

const NO_RULES: ModelAccess = { lists: [], residency: [] };

/** Returns a caller of the team `search` with rules. */
export function callerWithAccess(access: Partial<ModelAccess>, more: Partial<Caller> = {}): Caller {
  return Object.freeze({
    name: 'search-key',
    id: 'search-key',
    team: { id: 'team_search', name: 'search' },
    access: Object.freeze({ ...NO_RULES, ...access }),
    ...more,
  });
}

/** Makes all API keys of a gateway return this caller. */
export function becomeCaller({ app }: TestGateway, caller: Caller): void {
  const keys = app.get(ApiKeyService, { strict: false });
  Object.defineProperty(keys, 'verify', { configurable: true, value: () => ({ caller }) });
}

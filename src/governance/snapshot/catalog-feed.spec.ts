import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { ModelRegistryService } from '../../models/model-registry.service.ts';
import type { CatalogEntryDocument } from '../documents/catalog-entry-document.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import { CatalogFeed } from './catalog-feed.ts';
import { GovernanceSnapshot } from './governance-snapshot.ts';

const entry = (document: CatalogEntryDocument): GovernanceRecord => ({
  kind: 'CatalogEntry',
  id: `model_${document.model}`,
  name: document.model,
  document,
  origin: 'database',
  version: 1,
});
const team = (name: string, parent?: string): GovernanceRecord => ({
  kind: 'Team',
  id: `team_${name}`,
  name,
  document: { name, ...(parent && { parent }) },
  origin: 'database',
  version: 1,
});
const changeOf = (record: GovernanceRecord) => ({ kind: record.kind, id: record.id, record });

async function fed() {
  const snapshot = new GovernanceSnapshot();
  const models = new ModelRegistryService(new GatewayConfig());
  const feed = new CatalogFeed(snapshot, models);
  const isUsable = (name: string, teamName?: string) => {
    const caller = { name: 'k', id: 'k', ...(teamName && { team: { id: teamName, name: teamName } }) };
    return models.list(caller).some(({ card }) => card.name === name);
  };
  return { snapshot, feed, isUsable };
}

describe('the catalog of a snapshot', () => {
  it('reaches the models after each change', async () => {
    const { snapshot, feed, isUsable } = await fed();
    expect(isUsable('nova-pro')).toBe(true);
    await snapshot.apply([changeOf(entry({ model: 'nova-pro', state: 'blocked' }))]);
    await nextTurn();
    expect(isUsable('nova-pro')).toBe(false);
    await snapshot.apply([{ kind: 'CatalogEntry', id: 'model_nova-pro' }]);
    await nextTurn();
    expect(isUsable('nova-pro')).toBe(true);
    feed.close();
  });

  it('allows a model to the children of a team', async () => {
    const { snapshot, feed, isUsable } = await fed();
    await snapshot.apply([
      changeOf(team('product')),
      changeOf(team('search', 'product')),
      changeOf(entry({ model: 'nova-pro', state: 'approved', teams: ['product'] })),
    ]);
    await nextTurn();
    expect(['product', 'search', 'sales', undefined].map((name) => isUsable('nova-pro', name))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    await snapshot.apply([changeOf(team('sales', 'product'))]);
    await nextTurn();
    expect(isUsable('nova-pro', 'sales')).toBe(true);
    feed.close();
  });
});

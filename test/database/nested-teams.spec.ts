import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { AdministrationService } from '../../src/governance/administration/administration.service.ts';
import { ApplyService } from '../../src/governance/apply/apply.service.ts';
import type { GovernanceRecord } from '../../src/governance/documents/governance-record.ts';
import type { GovernanceService } from '../../src/governance/governance.service.ts';
import { GovernanceRepository } from '../../src/governance/repository/governance.repository.ts';
import { GovernanceSnapshot } from '../../src/governance/snapshot/governance-snapshot.ts';
import { describeSqlite } from './databases.ts';

const administrator = { actor: { kind: 'admin-key' as const, id: 'test' }, role: 'admin' as const };
const options = { source: 'git:test', dryRun: false, prune: false };

function fileTeam(name: string, parent?: string): GovernanceRecord<'Team'> {
  const document = { name, ...(parent !== undefined && { parent }) };
  return { kind: 'Team', id: `team_${name}`, name, origin: 'file', version: 0, document };
}

describeSqlite('a third level of teams', (test) => {
  let administration: AdministrationService;

  beforeAll(async () => {
    const snapshot = new GovernanceSnapshot();
    await snapshot.replaceFiles([
      fileTeam('file-child', 'middle'),
      fileTeam('file-top'),
      fileTeam('file-low', 'file-top'),
    ]);
    const governance = { snapshot } as GovernanceService;
    const repository = new GovernanceRepository(await test.connect());
    administration = new AdministrationService(repository, governance, new GatewayConfig());
    for (const [name, parent] of [['top'], ['middle'], ['parent'], ['child', 'parent']]) await put(name!, parent);
  });

  const put = (name: string, parent?: string) =>
    administration.put(administrator, { kind: 'Team', name, body: parent === undefined ? {} : { parent } }, {});
  const apply = (...teams: readonly [name: string, parent?: string][]) => {
    const documents = teams.map(([name, parent]) => ({ kind: 'Team', name, ...(parent !== undefined && { parent }) }));
    return new ApplyService(administration).apply(administrator, documents, options);
  };

  it.each([
    ['a parent with a parent', 'new', 'child'],
    ['a parent of a file with a parent', 'new', 'file-low'],
    ['a parent for a team with a child', 'parent', 'top'],
    ['a parent for a team with a child in a file', 'middle', 'top'],
  ])('is refused by the admin API and by apply: %s', async (_title, name, parent) => {
    await expect(put(name, parent)).rejects.toThrow();
    await expect(apply([name, parent])).rejects.toThrow(/parent/);
    expect((await administration.repository.find('Team', name))?.document.parent).toBeUndefined();
  });

  it('is refused by apply within its documents', async () => {
    await expect(apply(['a'], ['b', 'a'], ['c', 'b'])).rejects.toThrow(/documents\[2\].parent|team without a parent/);
    await expect(apply(['a'], ['b', 'a'], ['c', 'a'])).resolves.toMatchObject({ unchanged: 0 });
    await expect(apply(['a', 'top'])).rejects.toThrow(/team without a parent/);
  });
});

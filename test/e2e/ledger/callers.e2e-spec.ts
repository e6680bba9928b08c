import { principalIdOf } from '../../../src/governance/tokens/token-claims.ts';
import { type GovernedGateway, keyDocument, startGovernedGateway } from '../../support/governed-gateway.ts';
import { TokenIssuer } from '../../support/token-issuer.ts';
import { type RecordedGateway, recordRows } from './recorded-rows.ts';

/** Ids and cost centers of callers in the rows of the ledger. */

const CHAT = { model: 'claude-haiku-4-5', messages: [{ role: 'user', content: 'Hello' }] };
const PRINCIPAL = `p_${'0'.repeat(20)}`;
const DOCUMENTS = [
  { kind: 'Team', id: 'team_sales', name: 'sales', costCenter: '100' },
  { kind: 'Team', id: 'team_europe', name: 'europe', parent: 'sales' },
  { kind: 'Team', id: 'team_search', name: 'search' },
  { kind: 'Application', id: 'app_bot', name: 'bot', team: 'europe', costCenter: '200' },
  { kind: 'Application', id: 'app_site', name: 'site', team: 'europe' },
  keyDocument('of-bot', 'sk-of-bot', { id: 'key_bot', team: 'europe', application: 'bot', owner: PRINCIPAL }),
  keyDocument('of-site', 'sk-of-site', { id: 'key_site', team: 'europe', application: 'site' }),
  keyDocument('of-search', 'sk-of-search', { id: 'key_search', team: 'search' }),
];

const NO_IDS = {
  key: undefined,
  team: undefined,
  application: undefined,
  principal: undefined,
  costCenter: undefined,
};

let issuer: TokenIssuer;
let governed: GovernedGateway;
let gateway: RecordedGateway;
beforeAll(async () => {
  issuer = await TokenIssuer.start();
  governed = await startGovernedGateway(
    `auth:
  jwt: [{ issuer: '${issuer.url}', audience: [outcrop], claims: { groups: groups } }]
  groups: [{ match: 'llm-(.+)', team: $1 }]`,
    DOCUMENTS,
  );
  gateway = recordRows(governed);
});
afterAll(async () => {
  await gateway.close();
  await issuer.close();
});

async function rowWith(secret: string) {
  const response = await gateway.send('/v1/chat/completions', {
    body: CHAT,
    headers: { authorization: `Bearer ${secret}` },
  });
  await response.text();
  const { key, team, application, principal, costCenter } = await gateway.rowOf(response);
  return { key, team, application, principal, costCenter };
}

it.each([
  [
    'a key of an application',
    'sk-of-bot',
    { key: 'key_bot', team: 'team_europe', application: 'app_bot', principal: PRINCIPAL, costCenter: '200' },
  ],
  [
    'an application without a cost center',
    'sk-of-site',
    { key: 'key_site', team: 'team_europe', application: 'app_site', costCenter: '100' },
  ],
  ['a team without a cost center', 'sk-of-search', { key: 'key_search', team: 'team_search' }],
])('the row of %s has its ids', async (_, secret, expected) => {
  expect(await rowWith(secret)).toEqual({ ...NO_IDS, ...expected });
});

it('the row of a token has its principal and no key', async () => {
  const token = issuer.token({ sub: 'ann', groups: ['llm-sales'] });
  expect(await rowWith(token)).toEqual({
    ...NO_IDS,
    team: 'team_sales',
    principal: principalIdOf(issuer.url, 'ann'),
    costCenter: '100',
  });
});

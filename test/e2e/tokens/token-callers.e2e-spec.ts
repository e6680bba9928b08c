import OpenAI from 'openai';
import { KEY, startGateway, type TestGateway } from '../../support/gateway.ts';
import { withTeams } from '../../support/teams.ts';
import { TokenIssuer } from '../../support/token-issuer.ts';
import { GovernanceService } from '../../../src/governance/governance.service.ts';
import { principalIdOf } from '../../../src/governance/tokens/token-claims.ts';
import { MetricsService } from '../../../src/telemetry/metrics/metrics.service.ts';
import { TokenVerifier } from '../../../src/governance/tokens/token-verifier.service.ts';

const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];
const MODEL = 'claude-haiku-4-5';

/** A request of each API. */
const REQUESTS: readonly [string, string, object][] = [
  ['chat', '/v1/chat/completions', { model: MODEL, messages: MESSAGES }],
  ['chat, streamed', '/v1/chat/completions', { model: MODEL, messages: MESSAGES, stream: true }],
  ['responses', '/v1/responses', { model: MODEL, input: 'Hello' }],
  ['messages', '/v1/messages', { model: MODEL, max_tokens: 10, messages: MESSAGES }],
  ['messages to another model', '/v1/messages', { model: 'nova-micro', max_tokens: 10, messages: MESSAGES }],
  [
    "Bedrock's own API",
    '/model/eu.anthropic.claude-haiku-4-5-20251001-v1:0/converse'.replace('eu.', 'us.'),
    { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
  ],
];

describe('callers with a token', () => {
  let issuer: TokenIssuer;
  let gateway: TestGateway;
  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    gateway = await startGateway(
      withTeams(
        `auth:
  jwt:
    - {issuer: '${issuer.url}', audience: [outcrop], claims: {groups: realm.groups, role: realm.role, models: models}}
  groups:
    - {match: 'llm-(.+)-dev', team: $1}
    - {match: 'llm-(.+)-lead', team: $1, role: team-admin}
    - {match: 'auditors', role: auditor}
  revoked: [${principalIdOf(issuer.url, 'revoked')}]
  defaultTeam: billing`,
        'search',
        'ads',
        'billing',
      ),
    );
  });
  afterAll(async () => {
    await gateway.close();
    await issuer.close();
  });

  const tokenOf = (groups: unknown, more: Record<string, unknown> = {}) => issuer.token({ realm: { groups }, ...more });
  const bearer = (token: string, more: Record<string, string> = {}) => ({ authorization: `Bearer ${token}`, ...more });
  const get = async (headers: Record<string, string>) => {
    const answer = await gateway.send('/v1/models', { headers });
    const { error } = (await answer.json()) as { error?: { code: string; message: string; param: string | null } };
    return { status: answer.status, code: error?.code, message: error?.message, param: error?.param };
  };

  it.each(REQUESTS)('are admitted to %s', async (_, path, body) => {
    const answer = await gateway.send(path, { body, headers: bearer(tokenOf(['llm-search-dev'])) });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringMatching(/./)]);
  });

  it.each(REQUESTS)('are rejected by %s in the form of its API if the token has expired', async (_, path, body) => {
    const answer = await gateway.send(path, { body, headers: bearer(tokenOf(['llm-search-dev'], { exp: 1 })) });
    expect(answer.status).toBe(path.startsWith('/model/') ? 403 : 401);
    expect(await answer.text()).toContain('it has expired');
  });

  it('work with the openai client', async () => {
    const apiKey = tokenOf(['llm-search-dev']);
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 });
    const answer = await client.chat.completions.create({ model: MODEL, messages: MESSAGES });
    expect(answer.choices[0]!.message.content).toMatch(/./);
  });

  it('may send the token in any header for keys, also beside a token of another issuer', async () => {
    const token = tokenOf(['llm-search-dev']);
    const other = issuer.token({ iss: 'https://other.example.com' });
    const accepted: Record<string, string>[] = [
      { 'x-api-key': token, authorization: '' },
      { 'api-key': token, authorization: '' },
      bearer('unknown-key', { 'x-api-key': token }),
      bearer(other, { 'x-api-key': token }),
      bearer(other, { 'x-api-key': KEY }),
      bearer(token, { 'x-api-key': other }),
    ];
    for (const headers of accepted) expect((await get(headers)).status).toBe(200);
    expect(await get(bearer(other))).toMatchObject({ status: 401, code: 'invalid_token' });
    // The token is of a configured issuer, so its failure is the answer.
    expect(await get(bearer(tokenOf([], { exp: 1 }), { 'x-api-key': KEY }))).toMatchObject({ status: 401 });
  });

  it('belong to the team of their groups', async () => {
    expect(await get(bearer(tokenOf('llm-search-dev')))).toMatchObject({ status: 200 });
    expect(await get(bearer(tokenOf(['staff'])))).toMatchObject({ status: 403, code: 'no_matching_team' });
    expect(await get(bearer(tokenOf(undefined)))).toMatchObject({ status: 403, code: 'no_matching_team' });
    expect(await get(bearer(tokenOf(['llm-gone-dev'])))).toMatchObject({ status: 403, code: 'no_matching_team' });
    expect(await get(bearer(tokenOf(['xllm-search-dev'])))).toMatchObject({ status: 403 });
    expect(await get(bearer(tokenOf([`llm-${'s'.repeat(300)}-dev`])))).toMatchObject({ status: 403 });
    const metrics = await gateway.app.get(MetricsService).registry.metrics();
    expect(metrics).toMatch(/outcrop_token_unknown_teams_total [1-9]/);
  });

  it('in several teams choose one', async () => {
    const token = tokenOf(['llm-search-dev', 'llm-ads-dev']);
    const none = await get(bearer(token));
    expect(none).toMatchObject({ status: 400, code: 'team_required', param: 'x-outcrop-team' });
    expect(none.message).toContain('search, ads');
    expect(await get(bearer(token, { 'x-outcrop-team': 'ads' }))).toMatchObject({ status: 200 });
    const other = await get(bearer(token, { 'x-outcrop-team': 'billing' }));
    expect(other).toMatchObject({ status: 403, code: 'permission_denied', param: 'x-outcrop-team' });
    expect(await get(bearer(token, { 'x-outcrop-team': 'gone' }))).toMatchObject({ status: 403 });
    expect(await get(bearer(tokenOf(['llm-search-dev', 'llm-billing-dev'])))).toMatchObject({ status: 200 });
    expect(await get(bearer(tokenOf(['llm-search-dev', 'llm-gone-dev'])))).toMatchObject({ status: 200 });
  });

  it.each([
    ['_claim_names', { _claim_names: { 'realm.groups': 'src1' }, _claim_sources: { src1: {} } }],
    ['_claim_names with the groups of the token elsewhere', { _claim_names: { 'realm.groups': 'src1' } }],
  ])('get a description of what to set in Entra for %s', async (_, claims) => {
    const answer = await get(bearer(tokenOf(undefined, claims)));
    expect(answer).toMatchObject({ status: 403, code: 'groups_missing' });
    expect(answer.message).toContain('Groups assigned to the application');
  });

  it('are rejected on the next request after they are disabled, and admitted after they are enabled', async () => {
    const token = tokenOf(['llm-search-dev'], { sub: 'eve' });
    const id = principalIdOf(issuer.url, 'eve');
    const snapshot = gateway.app.get(GovernanceService).snapshot!;
    const set = (state: 'active' | 'disabled') => {
      const document = { id, issuer: issuer.url, subject: 'eve', state };
      const record = { kind: 'Principal' as const, id, name: id, document, origin: 'database' as const, version: 1 };
      return snapshot.apply([{ kind: 'Principal', id, record }]);
    };
    expect((await get(bearer(token))).status).toBe(200);
    await set('disabled');
    expect(await get(bearer(token))).toMatchObject({ status: 403, code: 'principal_disabled' });
    await set('active');
    expect((await get(bearer(token))).status).toBe(200);
    const revoked = tokenOf(['llm-search-dev'], { sub: 'revoked' });
    expect(await get(bearer(revoked))).toMatchObject({ status: 401, code: 'invalid_token' });
  });

  it('share the metrics of their team and show no personal values in them', async () => {
    const token = tokenOf(['llm-ads-dev'], { sub: 'grace@example.com', email: 'grace@example.com', name: 'Grace' });
    const chat = { body: { model: MODEL, messages: MESSAGES }, headers: bearer(token) };
    await (await gateway.send('/v1/chat/completions', chat)).text();
    const metrics = await gateway.app.get(MetricsService).registry.metrics();
    expect(metrics).toMatch(/outcrop_key_requests_total\{key="team:ads",status="2xx"\} \d/);
    expect(metrics).not.toMatch(/grace|key="p_/i);
  });

  it('have a role and teams for the administration', async () => {
    const verify = (token: string) => gateway.app.get(TokenVerifier).verify(token, '192.0.2.1');
    const lead = await verify(tokenOf(['llm-search-lead', 'llm-ads-dev']));
    expect(lead).toMatchObject({ role: 'team-admin', teams: ['search', 'ads'], administeredTeams: ['search'] });
    expect(await verify(tokenOf(['auditors', 'llm-ads-dev']))).toMatchObject({ role: 'auditor', teams: ['ads'] });
    expect(await verify(issuer.token({ realm: { groups: [], role: 'admin' } }))).toMatchObject({ role: 'admin' });
    expect(await verify(issuer.token({ realm: { groups: [], role: ['owner'] } }))).toMatchObject({ role: 'member' });
    await expect(verify('one.two.three')).rejects.toMatchObject({ code: 'invalid_token' });
  });
});

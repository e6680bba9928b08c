import { bearerOf, type GovernedGateway, keyDocument, startGovernedGateway } from '../../support/governed-gateway.ts';
import { until } from '../../support/gateway.ts';
import { askEndpoint, chatOf, codeOf, type EndpointAnswer, MODEL_ENDPOINTS } from '../../support/model-endpoints.ts';
import { recordRows } from '../ledger/recorded-rows.ts';

// Sessions of teams, whose tags the bill of AWS shows (bedrock.attribution).

const ROLE = 'arn:aws:iam::111122223333:role/outcrop-teams';
const TEAM_ROLE = 'arn:aws:iam::111122223333:role/research/outcrop';
const OTHER_ROLE = 'arn:aws:iam::444455556666:role/outcrop';
const HAIKU = 'claude-haiku-4-5';
const LONG = `${'very-long-name.'.repeat(4)}x@y`;

const DOCUMENTS = [
  { kind: 'Team', name: 'search', costCenter: 'Köln 4711 / "KI" <b>' },
  { kind: 'Team', name: 'group', aws: { roleArn: TEAM_ROLE, sessionTags: { project: 'P-1', TEAM: 'forged' } } },
  { kind: 'Team', name: 'research', parent: 'group', aws: { sessionTags: { stage: 'test' } } },
  { kind: 'Team', name: LONG },
  { kind: 'Team', name: 'x' },
  { kind: 'Application', name: 'bot', team: 'search', costCenter: 'bots' },
  keyDocument('search', 'sk-search', { team: 'search' }),
  keyDocument('bot', 'sk-bot', { team: 'search', application: 'bot' }),
  keyDocument('research', 'sk-research', { team: 'research' }),
  keyDocument('long', 'sk-long', { team: LONG }),
  keyDocument('x', 'sk-x', { team: 'x' }),
  keyDocument('alone', 'sk-alone'),
];

let gateway: GovernedGateway;
afterEach(async () => {
  delete process.env['AWS_ENDPOINT_URL_STS'];
  await gateway.close();
});

async function open(attribution = '', more = ''): Promise<void> {
  gateway = await startGovernedGateway(
    `retry: {maxRetries: 0}
responses: {store: memory}
models: {allowBedrockIds: all}
guardrail: {id: abcdefghijkl}
bedrock:
  attribution: {enabled: true, roleArn: '${ROLE}'${attribution}}
${more}`,
    DOCUMENTS,
  );
  process.env['AWS_ENDPOINT_URL_STS'] = gateway.emulator.url;
}

const ask = (to: string, body: object | undefined, secret: string): Promise<EndpointAnswer> =>
  askEndpoint(gateway, to, { body, headers: bearerOf(secret) });
const chat = (secret: string): Promise<EndpointAnswer> => ask('/v1/chat/completions', chatOf(HAIKU), secret);
const sts = () => gateway.emulator.sts;
const lastCall = () => gateway.emulator.requests.at(-1)!;
const metric = async (line: string): Promise<string | undefined> =>
  (await (await gateway.send('/metrics')).text()).split('\n').find((one) => one.startsWith(line));

describe('a call of a team', () => {
  it('has the tags of its team on every endpoint that AWS bills, with one request to STS', async () => {
    await open();
    for (const { endpoint, to, body } of MODEL_ENDPOINTS) {
      const model = endpoint === 'embeddings' ? 'titan-embed-text-v2' : HAIKU;
      gateway.emulator.reset();
      expect([endpoint, (await ask(to(model), body?.(model), 'sk-search')).status]).toEqual([endpoint, 200]);
      const billed = gateway.emulator.requests.filter(({ operation }) => operation !== 'count-tokens');
      expect([endpoint, billed.map(({ principal }) => principal?.tags['team'])]).toEqual([
        endpoint,
        billed.map(() => 'search'),
      ]);
    }
    expect((await ask('/v1/moderations', { input: 'Hello' }, 'sk-search')).status).toBe(200);
    expect(lastCall()).toMatchObject({ operation: 'apply-guardrail', principal: { tags: { team: 'search' } } });
    expect(await metric('outcrop_attribution_sts_requests_total{purpose="first",result="ok"}')).toMatch(/ 1$/);
    expect(await metric('outcrop_attribution_sessions')).toMatch(/ 1$/);
  });

  it('has a principal and tags that AWS accepts, different for each team and cost center', async () => {
    await open(', tags: {application: app}');
    for (const secret of ['sk-search', 'sk-bot', 'sk-research', 'sk-long', 'sk-x'])
      expect([secret, (await chat(secret)).status]).toEqual([secret, 200]);
    expect(sts().sessions.map(({ error }) => error)).toEqual(Array.from({ length: 5 }, () => undefined));
    expect(gateway.emulator.bill().lines.map(({ principal }) => principal)).toEqual([
      {
        arn: 'arn:aws:sts::111122223333:assumed-role/outcrop-teams/search',
        tags: {
          team: 'search',
          'cost-center': expect.stringMatching(/^Köln 4711 \/ _KI_ _b_\+[0-9a-f]{16}$/) as string,
        },
      },
      {
        arn: 'arn:aws:sts::111122223333:assumed-role/outcrop-teams/search=bot',
        tags: { team: 'search', 'cost-center': 'bots', app: 'bot' },
      },
      {
        arn: 'arn:aws:sts::111122223333:assumed-role/outcrop/research',
        tags: { team: 'research', project: 'P-1', stage: 'test' },
      },
      { arn: `arn:aws:sts::111122223333:assumed-role/outcrop-teams/${LONG}`, tags: { team: LONG } },
      {
        arn: expect.stringMatching(/assumed-role\/outcrop-teams\/x\+[0-9a-f]{16}$/) as string,
        tags: { team: 'x' },
      },
    ]);
  });

  it('has the session of its team in another account, also under load; a key without a team has none', async () => {
    await open(
      '',
      `  accounts: [{name: other, roleArn: '${OTHER_ROLE}', externalId: agreed, sessionName: gateway}]
  targets: [{region: eu-west-1, account: other}]`,
    );
    const answers = await Promise.all(Array.from({ length: 20 }, () => chat('sk-research')));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    // The role of the team is in another account, so the role of the target holds.
    expect(sts().sessions).toEqual([
      expect.objectContaining({
        roleArn: OTHER_ROLE,
        externalId: 'agreed',
        sessionName: 'research',
        signedBy: 'emulator',
      }),
    ]);
    expect(lastCall().headers['authorization']).toContain('/eu-west-1/');
    expect((await chat('sk-alone')).status).toBe(200);
    expect(lastCall().principal).toMatchObject({ arn: expect.stringMatching(/outcrop\/gateway$/) as string, tags: {} });
  });

  it('does not wait while its session is refreshed', async () => {
    await open();
    sts().behave({ lifeSeconds: 4 });
    expect((await chat('sk-search')).status).toBe(200);
    const first = lastCall().headers['authorization'];
    sts().behave({ delayMs: 1_200 });
    await until(() => sts().sessions.length === 2, 'the refresh to begin');
    const answers = await Promise.all(Array.from({ length: 20 }, () => chat('sk-search')));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    // STS has not answered yet, so all calls have the old credentials.
    const keys = new Set(gateway.emulator.requests.map(({ headers }) => keyOf(headers['authorization'])));
    expect([...keys]).toEqual([keyOf(first)]);
    for (;;) {
      expect((await chat('sk-search')).status).toBe(200);
      expect(lastCall().principal?.tags).toMatchObject({ team: 'search' });
      if (keyOf(lastCall().headers['authorization']) !== keyOf(first)) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(sts().sessions).toHaveLength(2);
    expect(await metric('outcrop_attribution_sts_requests_total{purpose="refresh",result="ok"}')).toMatch(/ 1$/);
  });
});

describe('while STS fails', () => {
  it.each(['AccessDenied', 'TagSession', 'ServiceUnavailable', 'Throttling'] as const)(
    'with %s, calls are untagged, and the ledger and a metric name the reason',
    async (failure) => {
      await open();
      const recorded = recordRows(gateway);
      sts().behave({ failure });
      for (let call = 0; call < 10; call += 1) expect((await chat('sk-search')).status).toBe(200);
      expect(lastCall().principal).toBeUndefined();
      // The SDK repeats a temporary failure once; the gateway then pauses.
      expect(sts().sessions.length).toBeLessThanOrEqual(2);
      expect(await metric('outcrop_attribution_untagged_calls_total{reason="sts_failed",outcome="called"}')).toMatch(
        / 10$/,
      );
      await until(() => recorded.rows.length === 10, 'the rows');
      expect(new Set(recorded.rows.map(({ explain }) => explain.untagged))).toEqual(new Set(['sts_failed']));
    },
  );

  it('with onFailure: refuse, no call reaches Bedrock, in the form of each API', async () => {
    await open(', onFailure: refuse');
    sts().behave({ roles: [TEAM_ROLE] });
    for (const { endpoint, to, body } of MODEL_ENDPOINTS) {
      const model = endpoint === 'embeddings' ? 'titan-embed-text-v2' : HAIKU;
      const answer = await ask(to(model), body?.(model), 'sk-search');
      // CountTokens is free, and the background answers later.
      if (/count|input_tokens|a model/.test(endpoint)) continue;
      if (endpoint === 'responses, in the background') {
        expect(answer.text).toContain('"status":"failed"');
        continue;
      }
      expect([endpoint, answer.status]).toEqual([endpoint, endpoint.startsWith('messages') ? 529 : 503]);
      expect(['attribution_unavailable', 'api_error', 'overloaded_error', 'ServiceUnavailableException']).toContain(
        codeOf(answer),
      );
      expect(answer.text).toContain("no AWS session for the team 'search'");
      expect(answer.text).not.toContain('arn:aws');
      expect(answer.headers.get('retry-after')).toBe('5');
    }
    expect((await ask('/v1/moderations', { input: 'Hello' }, 'sk-search')).status).toBe(503);
    expect(gateway.emulator.requests.filter(({ operation }) => operation !== 'count-tokens')).toEqual([]);
    // The role of another team exists, and a key without a team needs none.
    expect([(await chat('sk-research')).status, (await chat('sk-alone')).status]).toEqual([200, 200]);
  });

  it('another account of the route answers if its role works', async () => {
    await open(
      ', onFailure: refuse',
      `  accounts: [{name: other, roleArn: '${OTHER_ROLE}'}]
  targets: [{region: us-east-1}, {region: eu-west-1, account: other}]`,
    );
    sts().behave({ roles: [OTHER_ROLE] });
    expect((await chat('sk-search')).status).toBe(200);
    expect(lastCall().headers['authorization']).toContain('/eu-west-1/');
    // The health of the first target is as before.
    expect(
      await metric(
        'outcrop_target_state{target="us-east-1/us.anthropic.claude-haiku-4-5-20251001-v1:0",state="cooldown"}',
      ),
    ).not.toMatch(/ 1$/);
  });

  it('a silent STS delays only the first call of a team', async () => {
    await open(', firstUseTimeoutMs: 100');
    sts().behave({ delayMs: 60_000 });
    const waits: number[] = [];
    for (let call = 0; call < 5; call += 1) {
      expect((await chat('sk-search')).status).toBe(200);
      waits.push(sts().sessions.length);
    }
    expect(waits).toEqual([1, 1, 1, 1, 1]);
    expect(await metric('outcrop_attribution_untagged_calls_total{reason="timeout",outcome="called"}')).toMatch(/ 1$/);
    expect(await metric('outcrop_attribution_untagged_calls_total{reason="sts_failed",outcome="called"}')).toMatch(
      / 4$/,
    );
  });
});

it('the number of sessions is bounded', async () => {
  await open(', maxSessions: 2');
  for (const secret of ['sk-search', 'sk-research', 'sk-long', 'sk-x', 'sk-search'])
    expect([secret, (await chat(secret)).status]).toEqual([secret, 200]);
  expect(gateway.emulator.requests.map(({ principal }) => principal?.tags['team'])).toEqual([
    'search',
    'research',
    undefined,
    undefined,
    'search',
  ]);
  expect(sts().sessions).toHaveLength(2);
  expect(await metric('outcrop_attribution_untagged_calls_total{reason="session_limit",outcome="called"}')).toMatch(
    / 2$/,
  );
});

function keyOf(authorization = ''): string | undefined {
  return /Credential=([^/]+)/.exec(authorization)?.[1];
}

import { type Emulator, startEmulator } from '../../../emulator/emulator.ts';
import { startGateway, type TestGateway, until } from '../../support/gateway.ts';
import { type StsServer, startSts } from '../../support/sts.ts';

const REQUEST = { model: 'claude-sonnet-4-6', messages: [{ role: 'user' as const, content: 'Hello' }] };

let sts: StsServer;
/** Accepts only the role of team B. */
let ofTeamB: Emulator;
let gateway: TestGateway;

beforeEach(async () => {
  sts = await startSts((roleArn) => (roleArn.includes('111111111111') ? 'ASIATEAMB' : 'ASIAOTHER'), 'lent');
  process.env['AWS_ENDPOINT_URL_STS'] = sts.url;
  ofTeamB = await startEmulator({ paceMs: 0, accessKeyId: 'ASIATEAMB', secretAccessKey: 'lent' });
});
afterEach(async () => {
  delete process.env['AWS_ENDPOINT_URL_STS'];
  await gateway.close();
  await Promise.all([ofTeamB.close(), sts.close()]);
});

async function start(targets: string): Promise<void> {
  gateway = await startGateway(`
retry: { maxRetries: 0 }
bedrock:
  accounts:
    - {name: team-b, roleArn: "arn:aws:iam::111111111111:role/outcrop", externalId: agreed, sessionName: gateway-1}
    - {name: team-c, roleArn: "arn:aws:iam::222222222222:role/outcrop"}
  targets:
${targets}`);
}

const ask = () => gateway.send('/v1/chat/completions', { body: REQUEST });

describe('a target in another account', () => {
  it('is called with the credentials of its role, requested once for all regions', async () => {
    await start(`    - {region: eu-west-1, account: team-b, endpoint: "${ofTeamB.url}", weight: 1}
    - {region: eu-central-1, account: team-b, endpoint: "${ofTeamB.url}", weight: 1}`);
    const answers = await Promise.all(Array.from({ length: 30 }, ask));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 200));
    expect(sts.received).toEqual([
      {
        roleArn: 'arn:aws:iam::111111111111:role/outcrop',
        externalId: 'agreed',
        sessionName: 'gateway-1',
        signedBy: 'emulator',
      },
    ]);
    const { headers } = ofTeamB.requests[0]!;
    expect(headers['x-amz-security-token']).toBe('token of ASIATEAMB');
    const regions = ofTeamB.requests.map(({ headers: { authorization } }) => authorization?.split('/')[2]);
    expect(new Set(regions)).toEqual(new Set(['eu-central-1', 'eu-west-1']));
    expect(gateway.emulator.requests).toHaveLength(0);
  });

  it('uses role signatures although a bearer token exists for the own account', async () => {
    process.env['AWS_BEARER_TOKEN_BEDROCK'] = 'emulator';
    try {
      await start(`    - {region: eu-west-1, account: team-b, endpoint: "${ofTeamB.url}"}`);
      expect((await ask()).status).toBe(200);
      expect(ofTeamB.requests[0]?.headers.authorization).toContain('ASIATEAMB');
    } finally {
      delete process.env['AWS_BEARER_TOKEN_BEDROCK'];
    }
  });

  it('renews its credentials before they expire, without delayed or failed requests', async () => {
    sts.lifeSeconds = 120;
    await start(`    - {region: eu-west-1, account: team-b, endpoint: "${ofTeamB.url}"}`);
    expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(200);
    await until(() => sts.received.length === 2, 'the credentials to be renewed');
    sts.denies = true;
    expect((await ask()).status).toBe(200);
  });

  it('receives a conversation without the thinking that only the other account accepts', async () => {
    await start(`    - {region: us-east-1}
    - {region: us-west-2, account: team-b, endpoint: "${ofTeamB.url}"}`);
    const converse = async (turns: object[]) => {
      const messages = [{ role: 'user', content: 'Hello' }, ...turns];
      const body = { model: 'claude-opus-5-5', reasoning_effort: 'high', max_tokens: 4000, messages };
      const answer = await gateway.send('/v1/chat/completions', { body });
      expect(answer.status).toBe(200);
      const { choices } = (await answer.json()) as { choices: { message: object }[] };
      return { message: choices[0]!.message, adjusted: answer.headers.get('x-outcrop-adjusted') ?? '' };
    };
    const question = { role: 'user', content: 'And then?' };
    gateway.emulator.script([{ thinking: 'Hm.', text: 'Hi.' }]);
    const first = await converse([]);
    const here = await converse([first.message, question]);
    expect(here.adjusted).not.toContain('other_accounts');
    expect(JSON.stringify(gateway.emulator.requests[1]?.body)).toContain('reasoningContent');
    gateway.emulator.behave({ kind: 'refuse', name: 'AccessDeniedException', status: 403 });
    for (let turn = 0; turn < 2; turn += 1) {
      expect((await converse([first.message, question])).adjusted).toContain('thinking_blocks=other_account_dropped');
      expect(JSON.stringify(ofTeamB.requests[turn]?.body)).not.toContain('reasoningContent');
    }
  });

  it('receives it in Anthropic’s format as well', async () => {
    await start(`    - {region: us-east-1}
    - {region: us-west-2, account: team-b, endpoint: "${ofTeamB.url}"}`);
    const message = async (turns: object[]) => {
      const messages = [{ role: 'user', content: 'Hello' }, ...turns];
      const answer = await gateway.send('/v1/messages', {
        body: { model: 'claude-opus-5-5', max_tokens: 4000, messages },
      });
      expect(answer.status).toBe(200);
      const { content } = (await answer.json()) as { content: object[] };
      return { content, adjusted: answer.headers.get('x-outcrop-adjusted') ?? '' };
    };
    gateway.emulator.script([{ thinking: 'Hm.', text: 'Hi.' }]);
    const { content } = await message([]);
    const turns = [
      { role: 'assistant', content },
      { role: 'user', content: 'And then?' },
    ];
    expect((await message(turns)).adjusted).toBe('');
    gateway.emulator.behave({ kind: 'refuse', name: 'AccessDeniedException', status: 403 });
    expect((await message(turns)).adjusted).toContain('thinking_blocks=other_account_dropped');
    expect(JSON.stringify(ofTeamB.requests[0]?.body)).not.toContain('"thinking"');
  });

  it('is skipped for the next target if its role is rejected', async () => {
    sts.denies = true;
    await start(`    - {region: eu-west-1, account: team-b, endpoint: "${ofTeamB.url}"}
    - {region: us-east-1}`);
    for (let request = 0; request < 3; request += 1) expect((await ask()).status).toBe(200);
    expect(gateway.emulator.requests).toHaveLength(3);
    expect(sts.received).toHaveLength(1);
    expect((await gateway.send('/health/ready')).status).toBe(200);
    const metrics = await (await gateway.send('/metrics')).text();
    expect(metrics).toContain(
      'target="team-b:eu-west-1/eu.anthropic.claude-sonnet-4-6@127.0.0.1' +
        `:${new URL(ofTeamB.url).port}",code="upstream_auth_error"} 1`,
    );
  });

  it('is skipped if Bedrock rejects its credentials', async () => {
    await start(`    - {region: eu-west-1, account: team-c, endpoint: "${ofTeamB.url}"}
    - {region: us-east-1}`);
    expect((await ask()).status).toBe(200);
    expect([ofTeamB.requests.length, gateway.emulator.requests.length]).toEqual([1, 1]);
  });

  it('reports that the gateway lacks credentials, not the client, if there is no other target', async () => {
    sts.denies = true;
    await start(`    - {region: eu-west-1, account: team-b, endpoint: "${ofTeamB.url}"}`);
    const answer = await ask();
    expect([answer.status, await answer.json()]).toEqual([
      500,
      { error: expect.objectContaining({ code: 'upstream_auth_error' }) },
    ]);
  });
});

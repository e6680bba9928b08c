import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = 'deploy/iam';

/** Actions that the gateway could use, out of all IAM actions (Service Authorization Reference, 2026-11). */
const KNOWN_ACTIONS = [
  'bedrock:InvokeModel',
  'bedrock:InvokeModelWithResponseStream',
  'bedrock:CountTokens',
  'bedrock:ApplyGuardrail',
  'bedrock:ListFoundationModels',
  'bedrock:ListInferenceProfiles',
  'elasticache:Connect',
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'memorydb:connect',
  's3:AbortMultipartUpload',
  's3:PutObject',
  's3:GetObject',
  's3:ListBucket',
  'servicequotas:ListServiceQuotas',
  'sts:AssumeRole',
  'sts:AssumeRoleWithWebIdentity',
  'sts:TagSession',
];

type OneOrMany = string | string[];
type Operator = 'StringEquals' | 'StringLike' | 'ArnEquals';

interface Statement {
  Sid: string;
  Effect: string;
  Action: OneOrMany;
  Resource?: OneOrMany;
  Principal?: Record<string, string>;
  Condition?: Partial<Record<Operator, Record<string, OneOrMany>>>;
}

interface Call {
  action: string;
  resource: string;
  context?: Record<string, string>;
}

const read = (file: string) =>
  JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as { Version: string; Statement: Statement[] };
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
const many = (value: OneOrMany | undefined) => [value ?? []].flat();

/** Returns IAM's decision: a statement matches action, resource and all conditions. */
function allows(file: string, { action, resource, context = {} }: Call): boolean {
  return read(file).Statement.some(
    (statement) =>
      many(statement.Action).includes(action) &&
      many(statement.Resource).some((pattern) => like(resource, pattern)) &&
      Object.values(statement.Condition ?? {}).every((keys) =>
        Object.entries(keys).every(([key, patterns]) => many(patterns).some((pattern) => like(context[key], pattern))),
      ),
  );
}

/** Checks that a statement about a bucket permits one folder of it. */
function expectOneFolder(resource: string, condition: Statement['Condition']): void {
  const prefix = condition?.StringLike?.['s3:prefix'];
  const objects = prefix === undefined ? resource : `${resource}/${many(prefix).join(' ')}`;
  expect(objects).toMatch(/^arn:aws:s3:::[a-z-]+\/[a-z-]+\/[a-z-]+\/\*$/);
}

function like(value: string | undefined, pattern: string): boolean {
  const expression = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*');
  return value !== undefined && new RegExp(`^${expression}$`).test(value);
}

const action = 'bedrock:InvokeModelWithResponseStream';
const profile = (id: string, region = 'eu-central-1') =>
  `arn:aws:bedrock:${region}:111122223333:inference-profile/${id}`;
const model = (region: string, id = 'anthropic.claude-sonnet-4-6') =>
  `arn:aws:bedrock:${region}::foundation-model/${id}`;
const through = (id: string, region = 'eu-central-1') => ({
  'bedrock:InferenceProfileArn': profile(id),
  'aws:RequestedRegion': region,
});
const geo = 'eu.anthropic.claude-sonnet-4-6';
const global = 'global.anthropic.claude-sonnet-4-6';

const TEAMS_ROLE = 'arn:aws:iam::111122223333:role/outcrop-teams';

describe.each(files)('%s', (file) => {
  const { Version, Statement } = read(file);

  it('names each statement, and only existing actions', () => {
    expect(Version).toBe('2012-10-17');
    for (const { Sid, Effect, Action } of Statement) {
      expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
      expect(Effect).toBe('Allow');
      expect(KNOWN_ACTIONS).toEqual(expect.arrayContaining(many(Action)));
    }
    expect(new Set(Statement.map(({ Sid }) => Sid)).size).toBe(Statement.length);
  });

  it('restricts every resource as far as possible', () => {
    for (const { Action, Resource, Condition } of Statement) {
      const onlyLists = many(Action).every((name) => /^(bedrock|servicequotas):List/.test(name));
      for (const resource of many(Resource)) {
        if (onlyLists) continue;
        // Roles have no region; each is named in full.
        if (many(Action).includes('sts:AssumeRole')) {
          expect(resource).toMatch(/^arn:aws:iam::\d{12}:role\/[\w-]+$/);
          continue;
        }
        // Caches and users are named in full.
        if (Action === 'elasticache:Connect' || Action === 'memorydb:connect') {
          expect(resource).toMatch(/^arn:aws:(elasticache|memorydb):[a-z]+-[a-z]+-\d:\d{12}:[a-z]+[:/][a-z-]+$/);
          continue;
        }
        // A bucket has neither a region nor an account.
        if (/^arn:aws:s3:::[a-z]+\/[a-z]+\/\*$|^arn:aws:kms:/.test(resource)) continue;
        // A bucket has neither region nor account.
        if (resource.startsWith('arn:aws:s3:::')) {
          expectOneFolder(resource, Condition);
          continue;
        }
        const [, , , region, , name] = resource.split(':');
        expect(resource).toMatch(/^arn:aws:bedrock:/);
        expect(region).not.toBe('*');
        expect(name).not.toMatch(/^[a-z-]+\/\*/);
        // Profiles decide which regions apply, so the statements list many regions or none.
        if (region === '' || region?.includes('*')) {
          expect(Object.keys(Condition?.StringLike ?? {})).toContain('bedrock:InferenceProfileArn');
        }
      }
    }
  });
});

describe('what the policies allow', () => {
  it.each<[string, string, Call]>([
    ['invoke-geo.json', 'the profile', { action, resource: profile(geo) }],
    [
      'invoke-geo.json',
      'a profile whose id has a version',
      { action, resource: profile('eu.anthropic.claude-haiku-4-5-20251001-v1:0') },
    ],
    ['invoke-geo.json', 'its model at home', { action, resource: model('eu-central-1'), context: through(geo) }],
    [
      'invoke-geo.json',
      'its model elsewhere in the geography',
      { action, resource: model('eu-north-1'), context: through(geo) },
    ],
    ['invoke-global.json', 'the profile', { action, resource: profile(global), context: through(global) }],
    ['invoke-global.json', 'its model at home', { action, resource: model('eu-central-1'), context: through(global) }],
    [
      'invoke-global.json',
      'its model anywhere',
      { action, resource: model(''), context: through(global, 'unspecified') },
    ],
    ['optional.json', 'a model on demand', { action, resource: model('eu-central-1', 'amazon.nova-pro-v1:0') }],
    [
      'optional.json',
      'embeddings',
      { action: 'bedrock:InvokeModel', resource: model('eu-central-1', 'cohere.embed-v4:0') },
    ],
    [
      'optional.json',
      'moderations',
      {
        action: 'bedrock:ApplyGuardrail',
        resource: 'arn:aws:bedrock:eu-central-1:111122223333:guardrail/a1b2c3d4e5f6',
      },
    ],
    ['optional.json', 'token counts', { action: 'bedrock:CountTokens', resource: model('eu-central-1') }],
    [
      'optional.json',
      'the role in another account',
      { action: 'sts:AssumeRole', resource: 'arn:aws:iam::444455556666:role/outcrop' },
    ],
    ['optional.json', 'the tags of a team', { action: 'sts:TagSession', resource: TEAMS_ROLE }],
    [
      'optional.json',
      'a cache for IAM tokens',
      {
        action: 'elasticache:Connect',
        resource: 'arn:aws:elasticache:eu-central-1:111122223333:serverlesscache:outcrop',
      },
    ],
    [
      'optional.json',
      'the user of MemoryDB',
      { action: 'memorydb:connect', resource: 'arn:aws:memorydb:eu-central-1:111122223333:user/outcrop' },
    ],
    ['optional.json', 'the list of models', { action: 'bedrock:ListFoundationModels', resource: '*' }],
  ])('%s: %s', (file, _, call) => expect(allows(file, call)).toBe(true));

  it.each<[string, string, Call]>([
    ['invoke-geo.json', 'the model without a profile', { action, resource: model('eu-central-1') }],
    [
      'invoke-geo.json',
      'the model outside the geography',
      { action, resource: model('us-east-1'), context: through(geo) },
    ],
    ['invoke-geo.json', 'the global profile', { action, resource: profile(global) }],
    [
      'invoke-geo.json',
      'the model through the global profile',
      { action, resource: model('eu-west-1'), context: through(global) },
    ],
    ['invoke-geo.json', 'the profile from another region', { action, resource: profile(geo, 'eu-west-1') }],
    [
      'invoke-geo.json',
      'models of others',
      { action, resource: model('eu-west-1', 'meta.llama3-1-8b'), context: through(geo) },
    ],
    ['invoke-global.json', 'the model without a profile', { action, resource: model('eu-central-1') }],
    ['invoke-global.json', 'the geographic profile', { action, resource: profile(geo), context: through(geo) }],
    ['optional.json', 'the tags of another role', { action: 'sts:TagSession', resource: `${TEAMS_ROLE}-2` }],
    ['optional.json', 'another role', { action: 'sts:AssumeRole', resource: 'arn:aws:iam::444455556666:role/admin' }],
    [
      'optional.json',
      'another user of a cache',
      { action: 'elasticache:Connect', resource: 'arn:aws:elasticache:eu-central-1:111122223333:user:admin' },
    ],
    [
      'optional.json',
      'another guardrail',
      { action: 'bedrock:ApplyGuardrail', resource: 'arn:aws:bedrock:eu-central-1:111122223333:guardrail/other' },
    ],
  ])('%s: not %s', (file, _, call) => expect(allows(file, call)).toBe(false));
});

describe('who may assume the role', () => {
  it('with IRSA: one service account, with the audience of AWS', () => {
    const [statement] = read('trust-irsa.json').Statement;
    expect(statement?.Action).toBe('sts:AssumeRoleWithWebIdentity');
    const issuer = statement?.Principal?.['Federated']?.split('oidc-provider/')[1];
    expect(statement?.Condition?.StringEquals).toEqual({
      [`${issuer}:sub`]: 'system:serviceaccount:outcrop:outcrop',
      [`${issuer}:aud`]: 'sts.amazonaws.com',
    });
  });

  it('of teams: the gateway alone, with tags, one of which names the team', () => {
    const [statement] = read('trust-attribution.json').Statement;
    expect(statement?.Principal).toEqual({ AWS: 'arn:aws:iam::111122223333:role/outcrop' });
    expect(statement?.Action).toEqual(['sts:AssumeRole', 'sts:TagSession']);
    expect(statement?.Condition).toEqual({ StringLike: { 'aws:RequestTag/team': '*' } });
  });

  it('with Pod Identity: one service account of one cluster, which may tag its sessions', () => {
    const [statement] = read('trust-pod-identity.json').Statement;
    expect(statement?.Principal).toEqual({ Service: 'pods.eks.amazonaws.com' });
    expect(statement?.Action).toEqual(['sts:AssumeRole', 'sts:TagSession']);
    expect(Object.keys(statement?.Condition?.StringEquals ?? {})).toContain(
      'aws:RequestTag/kubernetes-service-account',
    );
  });
});

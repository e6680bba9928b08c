import { build, problemsOf } from './build.ts';

const account = '{name: team-b, roleArn: "arn:aws:iam::123456789012:role/outcrop"}';

describe('targets in the configuration', () => {
  it('may name regions, accounts, endpoints, weights and priorities', () => {
    const config = build(`
bedrock:
  accounts: [${account}]
  targets:
    - {region: eu-central-1, weight: 3}
    - {region: eu-west-1, account: team-b, weight: 1, priority: 2}
models:
  routes:
    - {model: claude-opus-5-5, targets: [{id: eu.anthropic.claude-opus-5-5}], fallbacks: [claude-sonnet-4-6]}
`);
    expect(config.bedrock.accounts[0]).toMatchObject({ name: 'team-b', sessionName: 'outcrop' });
    expect(config.bedrock.targets[1]).toMatchObject({ account: 'team-b', weight: 1, priority: 2 });
    expect(config.models.routes[0]?.fallbacks).toEqual(['claude-sonnet-4-6']);
  });

  it('reject a guardrail of a region that is not configured', () => {
    const guardrail = 'guardrail: {id: "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc"}';
    expect(problemsOf(`bedrock: {region: eu-central-1}\n${guardrail}`)).toEqual({
      'guardrail.id': 'must be in a configured region; us-east-1 is not one',
    });
    expect(() => build(`bedrock: {region: us-east-1}\n${guardrail}`)).not.toThrow();
    expect(() => build(guardrail)).not.toThrow();
  });

  it.each([
    [
      'an unknown account',
      `bedrock: {accounts: [${account}], targets: [{account: tema-b}]}`,
      'bedrock.targets[0].account',
      'must be the name of one of bedrock.accounts; did you mean team-b?',
    ],
    [
      'an invalid role',
      'bedrock: {accounts: [{name: b, roleArn: outcrop}]}',
      'bedrock.accounts[0].roleArn',
      'must be the ARN of an IAM role; found "outcrop"',
    ],
    [
      'two accounts with one name',
      `bedrock: {accounts: [${account}, ${account}]}`,
      'bedrock.accounts[1].name',
      'must be unique; bedrock.accounts[0].name has the same value',
    ],
    [
      'two AWS partitions',
      'bedrock: {targets: [{region: us-east-1}, {region: us-gov-west-1}]}',
      'bedrock.targets[1].region',
      'must be in the same AWS partition as bedrock.targets[0]: us-east-1 and us-gov-west-1 differ',
    ],
    [
      'another partition in an ARN',
      'models: {routes: [{model: m, targets: [{region: eu-west-1}, {id: "arn:aws-cn:bedrock:cn-north-1::foundation-model/a.b"}]}]}',
      'models.routes[0].targets[1].region',
      'must be in the same AWS partition as models.routes[0].targets[0]: eu-west-1 and cn-north-1 differ',
    ],
    [
      'the same target twice',
      'bedrock: {targets: [{region: eu-west-1}, {region: eu-west-1}]}',
      'bedrock.targets[1]',
      'must differ from bedrock.targets[0] in region, account, endpoint, id or profiles',
    ],
    [
      'weights on some targets only',
      'bedrock: {targets: [{region: eu-west-1, weight: 1}, {region: eu-west-2}]}',
      'bedrock.targets[1].weight',
      'must be set for all targets of the list or for none',
    ],
    [
      'a priority without a weight',
      'bedrock: {targets: [{region: eu-west-1, priority: 2}]}',
      'bedrock.targets[0].priority',
      'needs weights: without them, targets are tried in the order of the list',
    ],
    [
      'a model that is its own fallback',
      'models: {routes: [{model: nova-pro, fallbacks: [nova-pro]}]}',
      'models.routes[0].fallbacks[0]',
      'must differ from the model of the route',
    ],
    [
      'a fallback twice',
      'models: {routes: [{model: nova-pro, fallbacks: [a, a]}]}',
      'models.routes[0].fallbacks[1]',
      'must be different from models.routes[0].fallbacks[0]',
    ],
    [
      'two routes with one name',
      'models: {routes: [{model: nova-pro}, {model: nova-pro}]}',
      'models.routes[1].model',
      'must be unique; models.routes[0].model has the same value',
    ],
  ])('are rejected with %s', (_, text, path, message) => {
    expect(problemsOf(text)).toEqual({ [path]: message });
  });
});

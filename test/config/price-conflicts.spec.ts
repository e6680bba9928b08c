import { buildConfig } from '../../src/config/load-config.ts';

const ACCOUNTS = [
  { name: 'research', roleArn: 'arn:aws:iam::111122223333:role/gateway' },
  { name: 'payments', roleArn: 'arn:aws:iam::444455556666:role/gateway' },
];

function problemsOf(prices: object): string {
  try {
    const text = JSON.stringify({ bedrock: { accounts: ACCOUNTS }, prices });
    buildConfig({ file: { path: 'test.yaml', text }, environment: {}, readFile: () => '' });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const contract = (more: object = {}) => ({ models: ['claude-opus-5'], factor: 0.85, ...more });
const pair = (one: object, other: object) => ({ contract: [contract(one), contract(other)] });

describe('settings of prices', () => {
  it.each<[string, object]>([
    ['nothing', {}],
    ['one contract', { contract: [contract({ account: 'research', from: '2026-01-01', to: '2026-12-31' })] }],
    ['a contract of one day', { contract: [contract({ from: '2026-01-01', to: '2026-01-01' })] }],
    ['contracts of consecutive days', pair({ to: '2026-06-30' }, { from: '2026-07-01' })],
    ['contracts of two accounts', pair({ account: 'research' }, { account: 'payments' })],
    ['contracts of two models', pair({}, { models: ['claude-opus-5-5'] })],
    ['contracts of two families', pair({ models: ['amazon.*'] }, { models: ['claude-*', 'mistral.*'] })],
    ['a surcharge', { contract: [contract({ factor: 1.05 })] }],
    ['prices of unknown models', { unknown: { input: 0.000001, output: 10_000 }, onUnknown: 'refuse' }],
  ])('accept %s', (_name, prices) => {
    expect(problemsOf(prices)).toBe('');
  });

  it.each<[string, object, string]>([
    [
      'an unknown account',
      { contract: [contract({ account: 'reserch' })] },
      'must be one of bedrock.accounts: research, payments',
    ],
    ['no model', { contract: [contract({ models: [] })] }, 'prices.contract[0].models'],
    ['a factor of 0', { contract: [contract({ factor: 0 })] }, 'prices.contract[0].factor'],
    ['a percentage', { contract: [contract({ factor: 85 })] }, 'prices.contract[0].factor'],
    ['a negative factor', { contract: [contract({ factor: -0.1 })] }, 'prices.contract[0].factor'],
    ['a factor with an exponent', { contract: [contract({ factor: 1e-9 })] }, 'prices.contract[0].factor'],
    ['a day that does not exist', { contract: [contract({ from: '2026-02-30' })] }, 'prices.contract[0].from'],
    ['a time', { contract: [contract({ to: '2026-02-01T00:00:00Z' })] }, 'prices.contract[0].to'],
    [
      'an end before the beginning',
      { contract: [contract({ from: '2026-02-02', to: '2026-02-01' })] },
      'must not be before',
    ],
    ['the same contract twice', pair({}, {}), 'prices.contract[1]: must not overlap with prices.contract[0]'],
    ['a shared day', pair({ to: '2026-06-30' }, { from: '2026-06-30' }), 'must not overlap'],
    ['one account within all accounts', pair({ account: 'research' }, {}), 'must not overlap'],
    ['a model within a family', pair({ models: ['claude-*'] }, {}), 'must not overlap'],
    ['a family within a family', pair({ models: ['claude-opus-*'] }, { models: ['claude-*'] }), 'must not overlap'],
    ['everything twice', pair({ models: ['*'] }, { models: ['amazon.nova-pro-v1:0'] }), 'must not overlap'],
    ['an unknown price of 0', { unknown: { input: 0 } }, 'prices.unknown.input'],
    ['an unknown price below one pico-USD', { unknown: { output: 0.0000001 } }, 'prices.unknown.output'],
    ['another rule', { onUnknown: 'free' }, 'prices.onUnknown'],
    ['models of another type', { contract: [contract({ models: 7 })] }, 'prices.contract[0].models'],
  ])('reject %s', (_name, prices, message) => {
    expect(problemsOf(prices)).toContain(message);
  });

  it('reject another price of a custom model than 0', () => {
    const custom = [
      { name: 'own', id: 'arn:aws:bedrock:us-east-1:1:provisioned-model/a', rulesOf: 'claude-opus-5', price: 1 },
    ];
    const text = JSON.stringify({ models: { custom } });
    const build = () => buildConfig({ file: { path: 'test.yaml', text }, environment: {}, readFile: () => '' });
    expect(build).toThrow('models.custom[0].price');
  });
});

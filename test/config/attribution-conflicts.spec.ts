import { buildConfig } from '../../src/config/load-config.ts';

/** Returns the problems of a configuration with this `bedrock`, as YAML. */
function problemsOf(bedrock: string): string {
  try {
    buildConfig({ file: { path: 'gateway.yaml', text: `bedrock: ${bedrock}` }, environment: {}, readFile: () => '' });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const ROLE = 'arn:aws:iam::111122223333:role/outcrop-teams';
const ACCOUNTS = `accounts: [{name: b, roleArn: '${ROLE}'}]`;

it.each([
  ['{attribution: {enabled: true}}', /attribution\.roleArn: must be set, because bedrock\.accounts has no roles/],
  [`{attribution: {enabled: true, onFailure: refuse}, ${ACCOUNTS}}`, /attribution\.roleArn: must be set for onFailure/],
  [`{attribution: {tags: {team: 'aws:team'}}}`, /attribution\.tags\.team: must not begin with aws:/],
  [`{attribution: {tags: {team: 'Kubernetes-Namespace'}}}`, /tags\.team: must not be the key of a tag of EKS/],
  [`{attribution: {tags: {team: owner, costCenter: Owner}}}`, /tags\.costCenter: must differ from .*tags\.team/],
  [`{attribution: {tags: {team: 'a/*'}}}`, /attribution\.tags\.team/],
  [`{attribution: {roleArn: 'arn:aws:iam::1:role/x'}}`, /attribution\.roleArn/],
])('%s is invalid', (bedrock, expected) => {
  expect(problemsOf(bedrock)).toMatch(expected);
});

it.each([
  '{attribution: {enabled: false}}',
  `{attribution: {enabled: true, roleArn: '${ROLE}', onFailure: refuse}}`,
  `{attribution: {enabled: true}, ${ACCOUNTS}}`,
])('%s is valid', (bedrock) => {
  expect(problemsOf(bedrock)).toBe('');
});

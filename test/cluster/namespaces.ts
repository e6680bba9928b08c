/** Namespaces of the test. A run deletes them from an existing cluster at its end. */
export const NAMESPACES = {
  gateway: 'outcrop-test',
  trial: 'outcrop-test-trial',
  aws: 'outcrop-test-aws',
  clients: 'outcrop-test-clients',
  strangers: 'outcrop-test-strangers',
} as const;

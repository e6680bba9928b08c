import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';
import { secondsOf, withoutSecondNode } from '../test-ground.ts';

/** Drains a node with streams open, as the upgrade of a node does. */
export const step: Step = {
  shows: '`kubectl drain` of a node with open streams loses no request',
  short: true,
  impossible: withoutSecondNode,
  async run({ cluster, release, underLoad, nodes }) {
    await release.baseline();
    const node = nodes.at(-1)!;
    const before = (await release.pods()).filter((pod) => pod.node === node).length;
    let seconds = 0;
    try {
      const load = await underLoad(async () => {
        seconds = await secondsOf(() =>
          cluster.kubectl('drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--force', '--timeout', '8m'),
        );
        await release.settled();
      });
      const violations = before > 0 ? [] : [`no pod was on ${node}`];
      const figures = `${before} pods left ${node} in ${seconds} s`;
      return { load, violations: [...violations, ...lostRequests(load)], figures };
    } finally {
      await cluster.kubectl('uncordon', node);
    }
  },
};

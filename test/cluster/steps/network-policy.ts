import { setTimeout as sleep } from 'node:timers/promises';
import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';
import { NAMESPACES } from '../namespaces.ts';
import { statusFrom } from '../surroundings.ts';

/** Sends requests from a namespace that the policy allows, and from another one. */
export const step: Step = {
  shows: 'the network policy admits the ingress namespace only, and the gateway reaches DNS, Bedrock and Redis',
  async run({ cluster, release, underLoad }) {
    await release.baseline();
    const violations: string[] = [];
    const pod = (await release.pods())[0]!.name;
    const address = await release.kubectl('get', 'pod', pod, '-o', 'jsonpath={.status.podIP}');
    const expected: [string, string, RegExp][] = [
      [NAMESPACES.clients, `http://${release.name}.${release.namespace}/v1/models`, /^401$/],
      [NAMESPACES.clients, `http://${address}:9090/metrics`, /Timeout|ECONN/],
      [NAMESPACES.strangers, `http://${release.name}.${release.namespace}/v1/models`, /Timeout|ECONN/],
      [NAMESPACES.strangers, `http://${address}:8080/v1/models`, /Timeout|ECONN/],
    ];
    for (const [namespace, url, pattern] of expected) {
      const status = await statusFrom(cluster, namespace, url);
      if (!pattern.test(status)) violations.push(`${url} from ${namespace}: ${status} instead of ${pattern.source}`);
    }
    const ready = await release.inspect(pod, '/health/ready').catch((error: Error) => error.message);
    if (!ready.includes('"status":"ok"')) violations.push(`/health/ready: ${ready.slice(0, 300)}`);
    // The names of Bedrock and Redis are resolved by DNS.
    const load = await underLoad(() => sleep(2_000));
    return { load, violations: [...violations, ...lostRequests(load)] };
  },
};

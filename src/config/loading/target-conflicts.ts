import type { Problem } from '../settings/config-error.ts';
import type { GatewayConfig, RouteConfig, RouteTargetConfig } from '../gateway-config.ts';
import { regionOf } from '../sections/bedrock-config.ts';
import { partitionOf } from '../sections/region.ts';
import { closestName } from './nearest-name.ts';

/** Matches the region of an ARN. */
const ARN_REGION = /^arn:aws[a-z-]*:[a-z]+:([a-z0-9-]+):/;

/** Returns the problems between the targets of a list, and between lists, accounts and fallbacks. */
export function targetConflicts(config: GatewayConfig): Problem[] {
  const { bedrock, models } = config;
  return [
    ...listConflicts(bedrock.targets, 'bedrock.targets', config),
    ...models.routes.flatMap((route, index) => [
      ...listConflicts(route.targets, `models.routes[${index}].targets`, config),
      ...fallbackConflicts(route, `models.routes[${index}]`),
    ]),
    ...quotaConflicts(bedrock),
  ];
}

function listConflicts(targets: readonly RouteTargetConfig[], list: string, config: GatewayConfig): Problem[] {
  const regions = targets.map((target) => regionOfTarget(target, config));
  const firstPartition = partitionOf(regions[0] ?? '');
  const accounts = config.bedrock.accounts.map(({ name }) => name);
  const identities = targets.map((target, index) =>
    JSON.stringify([regions[index], target.account, target.endpoint, target.id, target.profilePreference]),
  );
  return targets.flatMap((target, index) => {
    const path = `${list}[${index}]`;
    const problems: Problem[] = [];
    if (target.account !== undefined && !accounts.includes(target.account)) {
      problems.push({ path: `${path}.account`, message: noSuchAccount(accounts, target.account) });
    }
    if (partitionOf(regions[index]!) !== firstPartition) {
      const message = `must be in the same AWS partition as ${list}[0]: ${regions[0]} and ${regions[index]} differ`;
      problems.push({ path: `${path}.region`, message });
    }
    const same = identities.indexOf(identities[index]!);
    if (same < index)
      problems.push({
        path,
        message: `must differ from ${list}[${same}] in region, account, endpoint, id or profiles`,
      });
    return [...problems, ...shareConflicts(target, path, targets[0]?.weight)];
  });
}

function shareConflicts({ weight, priority }: RouteTargetConfig, path: string, firstWeight?: number): Problem[] {
  if ((weight === undefined) !== (firstWeight === undefined)) {
    return [{ path: `${path}.weight`, message: 'must be set for all targets of the list or for none' }];
  }
  if (weight !== undefined || priority === undefined) return [];
  const message = 'needs weights: without them, targets are tried in the order of the list';
  return [{ path: `${path}.priority`, message }];
}

function fallbackConflicts({ model, fallbacks }: RouteConfig, route: string): Problem[] {
  return fallbacks.flatMap((name, index) => {
    const path = `${route}.fallbacks[${index}]`;
    if (name === model) return [{ path, message: 'must differ from the model of the route' }];
    const first = fallbacks.indexOf(name);
    return first < index ? [{ path, message: `must be different from ${route}.fallbacks[${first}]` }] : [];
  });
}

function noSuchAccount(accounts: readonly string[], written: string): string {
  const nearest = closestName(written, accounts);
  return `must be the name of one of bedrock.accounts${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
}

function regionOfTarget({ region, id }: RouteTargetConfig, { bedrock }: GatewayConfig): string {
  return region ?? ARN_REGION.exec(id ?? '')?.[1] ?? regionOf(bedrock);
}

function quotaConflicts({ accounts, quotas }: GatewayConfig['bedrock']): Problem[] {
  const names = accounts.map(({ name }) => name);
  return quotas.limits.flatMap(({ account, tokensPerMinute, requestsPerMinute, tokensPerDay }, index) => {
    const path = `bedrock.quotas.limits[${index}]`;
    const isUnknown = account !== undefined && !names.includes(account);
    const isEmpty = (tokensPerMinute ?? requestsPerMinute ?? tokensPerDay) === undefined;
    return [
      ...(isUnknown ? [{ path: `${path}.account`, message: noSuchAccount(names, account) }] : []),
      ...(isEmpty ? [{ path, message: 'must have tokensPerMinute, requestsPerMinute or tokensPerDay' }] : []),
    ];
  });
}

import type { Case, TargetCount } from './case.ts';
import { MODEL } from './client.ts';
import type { Settings } from '../support/gateway-process.ts';

/** The number of targets of a route: without an alternative, or with one. */
export const TARGET_COUNTS: readonly TargetCount[] = [1, 2];

/** The model that every target is called with; the emulator knows it in every region. */
const PROFILE = 'global.anthropic.claude-haiku-4-5-20251001-v1:0';

/**
 * Builds the settings with the endpoints of the targets. A failed target enters a cool-down, so with two targets each
 * case uses its own model, whose targets no other case calls. Regions distinguish them.
 */
export function routed(settings: Settings, endpoints: readonly string[], cases: readonly Case[]): Settings {
  const bedrock = { ...(settings.bedrock as Settings), endpoint: endpoints[0] };
  if (endpoints.length === 1) return { ...settings, bedrock };
  const custom = cases.map(({ id }) => ({ name: id, id: `never-called.${id}`, rulesOf: MODEL }));
  const routes = cases.map(({ id }, number) => ({
    model: id,
    targets: endpoints.map((endpoint, index) => ({
      id: PROFILE,
      endpoint,
      region: regionOf(number, index),
    })),
  }));
  return { ...settings, bedrock, models: { custom, routes } };
}

/** Returns a region as a unique name; the emulator accepts signatures of any region. */
function regionOf(number: number, target: number): string {
  const word = ['east', 'west', 'north', 'south'][Math.floor(number / 90)];
  return `${target === 0 ? 'us' : 'eu'}-${word}-${(number % 90) + 1}`;
}

/** Returns the model that a case requests. */
export function modelOf({ id, targets }: Case): string {
  return targets === 1 ? MODEL : id;
}

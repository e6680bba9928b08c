import type { Case, TargetCount } from './case.ts';
import { MODEL } from './client.ts';
import type { Settings } from '../support/gateway-process.ts';

/** How many targets a route has: none to go to when it fails, or one. */
export const TARGET_COUNTS: readonly TargetCount[] = [1, 2];

/** Called at every target; the emulator knows it in every region. */
const PROFILE = 'global.anthropic.claude-haiku-4-5-20251001-v1:0';

/**
 * The settings with the endpoints of the targets. A target that failed is left alone for a while: with two of them each
 * case has a model of its own, whose targets nobody else asks (regions tell them apart).
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

/** Regions are names here, nothing more: the emulator accepts signatures of any. */
function regionOf(number: number, target: number): string {
  const word = ['east', 'west', 'north', 'south'][Math.floor(number / 90)];
  return `${target === 0 ? 'us' : 'eu'}-${word}-${(number % 90) + 1}`;
}

/** The model that a case asks for. */
export function modelOf({ id, targets }: Case): string {
  return targets === 1 ? MODEL : id;
}

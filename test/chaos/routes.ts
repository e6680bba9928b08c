import type { Case } from './case.ts';
import { MODEL } from './client.ts';
import type { Settings } from './gateway-process.ts';

/** How many targets a route may have in this gateway. */
export const TARGET_COUNTS = [1] as const;

/** The settings with the endpoints of the targets. */
export function routed(settings: Settings, endpoints: readonly string[], _cases: readonly Case[]): Settings {
  return { ...settings, bedrock: { ...(settings.bedrock as Settings), endpoint: endpoints[0] } };
}

/** The model that a case asks for. */
export function modelOf(_one: Case): string {
  return MODEL;
}

/** By how a region starts: the profile prefixes that reach models from there, nearest first. First match holds. */
const GEOGRAPHIES: readonly (readonly [start: string, prefixes: readonly string[]])[] = [
  ['us-gov-', ['us-gov']],
  ['us-', ['us']],
  ['ca-', ['ca', 'us']],
  ['eu-', ['eu']],
  ['ap-southeast-2', ['au', 'apac']],
  ['ap-southeast-4', ['au', 'apac']],
  ['ap-northeast-1', ['jp', 'apac']],
  ['ap-northeast-3', ['jp', 'apac']],
  ['ap-south-', ['in', 'apac']],
  ['ap-', ['apac']],
];

/** Prefix of the profiles that run anywhere. */
export const GLOBAL_PREFIX = 'global';

const KNOWN_PREFIXES: ReadonlySet<string> = new Set([
  GLOBAL_PREFIX,
  ...GEOGRAPHIES.flatMap(([, prefixes]) => prefixes),
]);

/** Partitions of their own: nothing global reaches out of GovCloud, and China has no profiles. */
const CLOSED_PARTITIONS = ['us-gov-', 'cn-'];

/**
 * The inference profile prefixes of a region's own geography, nearest first: `eu-west-1` gives `['eu']`,
 * `ca-central-1` gives `['ca', 'us']`. Empty for regions without one (Middle East, Africa, South America).
 */
export function geographyOf(region: string): readonly string[] {
  return GEOGRAPHIES.find(([start]) => region.startsWith(start))?.[1] ?? [];
}

/**
 * The prefixes whose profiles stay in the region's geography. `us.` profiles can be called from Canada and leave it
 * (AWS Bedrock user guide, inference profiles, 2026-11).
 */
export function homeGeographyOf(region: string): readonly string[] {
  return region.startsWith('ca-') ? ['ca'] : geographyOf(region);
}

/** Whether `global.` profiles can be called from the region. */
export function hasGlobalProfiles(region: string): boolean {
  return !CLOSED_PARTITIONS.some((start) => region.startsWith(start));
}

/** Whether the prefix is one whose regions we know. */
export function isKnownProfilePrefix(prefix: string): boolean {
  return KNOWN_PREFIXES.has(prefix);
}

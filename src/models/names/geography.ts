/**
 * Inference profile prefixes that are callable from a region, by the beginning of its name. The first match applies.
 * Nearest geography first.
 */
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

/** Prefix of the profiles that can run in any region. */
export const GLOBAL_PREFIX = 'global';

const KNOWN_PREFIXES: ReadonlySet<string> = new Set([
  GLOBAL_PREFIX,
  ...GEOGRAPHIES.flatMap(([, prefixes]) => prefixes),
]);

/** Partitions without global profiles: GovCloud and China. */
const CLOSED_PARTITIONS = ['us-gov-', 'cn-'];

/**
 * Returns the inference profile prefixes of a region's geography, nearest first: `eu-west-1` gives `['eu']`,
 * `ca-central-1` gives `['ca', 'us']`. Empty for regions without one (Middle East, Africa, South America).
 */
export function geographyOf(region: string): readonly string[] {
  return GEOGRAPHIES.find(([start]) => region.startsWith(start))?.[1] ?? [];
}

/**
 * Returns the prefixes whose profiles keep data in the region's geography. `us.` profiles can be called from Canada,
 * but run outside it (AWS Bedrock user guide, inference profiles, 2026-11).
 */
export function homeGeographyOf(region: string): readonly string[] {
  return region.startsWith('ca-') ? ['ca'] : geographyOf(region);
}

/** Geographies within a wider one. `ca` is not within `us`, because `us.` profiles run outside Canada. */
const WIDE_GEOGRAPHIES: Readonly<Record<string, string>> = { jp: 'apac', au: 'apac', in: 'apac' };

/** Returns the geography that contains the one of a profile prefix; undefined if there is none. */
export function wideGeographyOf(prefix: string): string | undefined {
  return Object.hasOwn(WIDE_GEOGRAPHIES, prefix) ? WIDE_GEOGRAPHIES[prefix] : undefined;
}

/** Returns true if `global.` profiles can be called from the region. */
export function hasGlobalProfiles(region: string): boolean {
  return !CLOSED_PARTITIONS.some((start) => region.startsWith(start));
}

/** Returns true if the table knows the regions of the prefix. */
export function isKnownProfilePrefix(prefix: string): boolean {
  return KNOWN_PREFIXES.has(prefix);
}

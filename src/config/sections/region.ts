/** Matches us-east-1, us-gov-west-1, eusc-de-east-1. */
export const regionPattern = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;
export const regionDescription = 'an AWS region such as eu-central-1';

/** Prefixes of regions outside the partition `aws`. Partitions share neither accounts nor data (AWS, ARNs, 2026-11). */
const PARTITIONS = ['cn-', 'us-gov-', 'us-isob-', 'us-isof-', 'us-iso-', 'eu-isoe-', 'eusc-'];

/** Returns the partition of a region: `cn-`, `us-gov-` and similar prefixes, or `aws` for the public regions. */
export function partitionOf(region: string): string {
  return PARTITIONS.find((start) => region.startsWith(start)) ?? 'aws';
}

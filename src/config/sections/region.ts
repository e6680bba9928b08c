/** us-east-1, us-gov-west-1, eusc-de-east-1. */
export const regionPattern = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;
export const regionDescription = 'an AWS region such as eu-central-1';

/** By how a region starts, as far as its name tells: partitions share neither accounts nor data (AWS, ARNs, 2026-11). */
const PARTITIONS = ['cn-', 'us-gov-', 'us-isob-', 'us-isof-', 'us-iso-', 'eu-isoe-', 'eusc-'];

/** The part of AWS a region belongs to: `cn-`, `us-gov-` and their like, or `aws` for the world's. */
export function partitionOf(region: string): string {
  return PARTITIONS.find((start) => region.startsWith(start)) ?? 'aws';
}

const VENDORS: ReadonlySet<string> = new Set([
  'ai',
  'amazon',
  'anthropic',
  'cohere',
  'google',
  'meta',
  'mistral',
  'nvidia',
  'openai',
  'writer',
  'xai',
]);
/** Parts that some spellings of a name have and others lack. */
const OPTIONAL_PARTS: ReadonlySet<string> = new Set(['instruct']);
/** A geography and a vendor at the begin of a Bedrock id: `us.anthropic.`. */
const ID_PREFIX = /^(?:(?:us-gov|[a-z]{2}|apac|global)\.)?[a-z0-9]+\.(?=[a-z])/;
/** Day and version at the end of a Bedrock id: `-20250929-v1:0`. */
const ID_VERSION = /(?:-\d{8})?(?:-v\d+(?::\d+\w*)?|-\d+:\d+\w*)$/;
/** Numbers with their parts, such as 4.6 and 4-6, and groups of letters. */
const NAME_PARTS = /\d+(?:[.\-_ ]\d+)*|[a-z]+/g;

/**
 * Returns what the spellings of a model's name have in common: `Claude4.6Sonnet`, `Claude Sonnet 4.6` and
 * `anthropic.claude-sonnet-4-6` have one key. The order does not matter, because AWS's differs between services.
 */
export function modelKey(name: string): string {
  const lower = name.toLowerCase();
  const isId = ID_PREFIX.test(lower);
  const plain = isId ? lower.replace(ID_PREFIX, '').replace(ID_VERSION, '') : lower;
  const parts = plain.match(NAME_PARTS) ?? [];
  return parts
    .map((part) => part.replaceAll(/[-_ ]/g, '.').replace(/(?<=\d)\.0$/, ''))
    .filter((part) => !VENDORS.has(part) && !OPTIONAL_PARTS.has(part))
    .sort()
    .join(' ');
}

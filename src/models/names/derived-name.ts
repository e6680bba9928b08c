/**
 * Version at the end of an id: `-v1:0` and `-1:0`, with the `:24k` of some variants. Does not match the `-5` of a name.
 */
const VERSION = /-(?:v\d+(?::\w+)*|\d+(?::\w+)+)$/;
/** Date in an id, such as `-20251101`. */
const DATE = /-\d{8}$/;
/** Start of a name without a family, because Bedrock uses the vendor as family: `deepseek.v3.2`, `deepseek.r1-v1:0`. */
const LACKS_FAMILY = /^[a-z]\d/;

/**
 * Returns a public name for a foundation model in the form of the table's: without vendor, date and version, unless
 * another model has that name. If all shorter forms are used, returns the id itself, which is unique.
 */
export function publicNameOf(id: string, usedNames: ReadonlySet<string>): string {
  const dot = id.indexOf('.');
  const vendor = id.slice(0, dot);
  const full = id.slice(dot + 1);
  const versionless = full.replace(VERSION, '');
  const names = [versionless.replace(DATE, ''), versionless, full];
  const withFamily = names.map((name) => (LACKS_FAMILY.test(name) ? `${vendor}-${name}` : name));
  return withFamily.find((name) => !usedNames.has(name)) ?? id;
}

/** `-v1:0` and `-1:0`, with the `:24k` that some variants have; the `-5` of a name is none. */
const VERSION = /-(?:v\d+(?::\w+)*|\d+(?::\w+)+)$/;
/** `-20251101` */
const DATE = /-\d{8}$/;
/** A family that Bedrock only names as the vendor: `deepseek.v3.2`, `deepseek.r1-v1:0`. */
const LACKS_FAMILY = /^[a-z]\d/;

/**
 * The public name of a foundation model, formed as those of the table: without vendor, date and version, as far as no
 * other model has that name; at worst the id itself, which is no one else's.
 */
export function publicNameOf(id: string, taken: ReadonlySet<string>): string {
  const dot = id.indexOf('.');
  const vendor = id.slice(0, dot);
  const full = id.slice(dot + 1);
  const versionless = full.replace(VERSION, '');
  const names = [versionless.replace(DATE, ''), versionless, full];
  const speaking = names.map((name) => (LACKS_FAMILY.test(name) ? `${vendor}-${name}` : name));
  return speaking.find((name) => !taken.has(name)) ?? id;
}

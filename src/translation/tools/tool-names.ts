import { createHash } from 'node:crypto';

/** Characters of tool names that Converse accepts (AWS API reference, ToolSpecification). */
const ACCEPTED = /^[a-zA-Z0-9_-]+$/;
/** Maximum characters of a tool name on Converse (AWS API reference, ToolSpecification). */
const MAX_NAME_LENGTH = 64;
/**
 * Maximum characters of a tool name on InvokeModel for Claude: "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'".
 */
export const MAX_CLAUDE_NAME_LENGTH = 128;
/** Characters of a longer name that remain before the eight digits of the digest. */
const MAX_PREFIX = 55;

/**
 * Maps the tool names of one request between client and Bedrock. MCP servers use names of 128 characters with dots and
 * slashes. Such a name is sent with unsupported characters replaced and a digest appended, which is the same in every
 * request. Names that Bedrock accepts stay.
 */
export class ToolNameMap {
  /** True if any name is replaced. */
  readonly renamesAny: boolean;
  private readonly sent = new Map<string, string>();
  private readonly known = new Map<string, string>();

  constructor(names: Iterable<string>, maxLength = MAX_NAME_LENGTH) {
    const isAccepted = (name: string): boolean => name.length <= maxLength && ACCEPTED.test(name);
    const all = [...new Set(names)];
    const rejected = all.filter((name) => !isAccepted(name));
    for (const name of all) if (isAccepted(name)) this.link(name, name);
    for (const name of rejected) this.link(name, this.unusedNameFor(name));
    this.renamesAny = rejected.length > 0;
  }

  /** Returns Bedrock's name of a tool. */
  toBedrock(name: string): string {
    return this.sent.get(name) ?? name;
  }

  /** Returns the client's name of a tool. Names that the model invented are returned unchanged. */
  toClient(name: string): string {
    return this.known.get(name) ?? name;
  }

  private link(name: string, sent: string): void {
    this.sent.set(name, sent);
    this.known.set(sent, name);
  }

  private unusedNameFor(name: string): string {
    const prefix = name.slice(0, MAX_PREFIX).replaceAll(/[^a-zA-Z0-9_-]/g, '_');
    for (let attempt = 0; ; attempt += 1) {
      const digest = createHash('sha256')
        .update(`${attempt === 0 ? '' : attempt}${name}`)
        .digest('hex');
      const candidate = `${prefix}_${digest.slice(0, 8)}`;
      if (!this.known.has(candidate)) return candidate;
    }
  }
}

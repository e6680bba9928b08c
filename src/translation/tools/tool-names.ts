import { createHash } from 'node:crypto';

/** What Converse takes as the name of a tool (AWS API reference, ToolSpecification), at most 64 characters of it. */
const ACCEPTED = /^[a-zA-Z0-9_-]+$/;
const LONGEST_NAME = 64;
/** InvokeModel takes longer ones for Claude: "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'". */
export const LONGEST_CLAUDE_NAME = 128;
/** What stays of a longer name beside the eight digits that tell it apart. */
const READABLE = 55;

/**
 * The names of one request's tools, there and back. MCP servers use names of 128 characters with dots and
 * slashes; such a name goes out with its odd characters replaced and the start of its hash behind it, so that
 * it is the same in every request. Names that Bedrock takes stay as they are.
 */
export class ToolNameMap {
  /** Whether any name goes out as another one. */
  readonly renamesAny: boolean;
  private readonly sent = new Map<string, string>();
  private readonly known = new Map<string, string>();

  constructor(names: Iterable<string>, longest = LONGEST_NAME) {
    const isAccepted = (name: string): boolean => name.length <= longest && ACCEPTED.test(name);
    const all = [...new Set(names)];
    const refused = all.filter((name) => !isAccepted(name));
    for (const name of all) if (isAccepted(name)) this.link(name, name);
    for (const name of refused) this.link(name, this.freeNameFor(name));
    this.renamesAny = refused.length > 0;
  }

  /** The name that Bedrock knows a tool by. */
  toBedrock(name: string): string {
    return this.sent.get(name) ?? name;
  }

  /** The client's name; a name that the model made up stays what it is. */
  toClient(name: string): string {
    return this.known.get(name) ?? name;
  }

  private link(name: string, sent: string): void {
    this.sent.set(name, sent);
    this.known.set(sent, name);
  }

  private freeNameFor(name: string): string {
    const readable = name.slice(0, READABLE).replaceAll(/[^a-zA-Z0-9_-]/g, '_');
    for (let attempt = 0; ; attempt += 1) {
      const digest = createHash('sha256')
        .update(`${attempt === 0 ? '' : attempt}${name}`)
        .digest('hex');
      const candidate = `${readable}_${digest.slice(0, 8)}`;
      if (!this.known.has(candidate)) return candidate;
    }
  }
}

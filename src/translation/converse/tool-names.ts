import { createHash } from 'node:crypto';

/** What Converse takes as the name of a tool (AWS API reference, ToolSpecification). */
const ACCEPTED = /^[a-zA-Z0-9_-]{1,64}$/;
/** What stays of a longer name beside the eight digits that tell it apart. */
const READABLE = 55;

/**
 * The names of one request's tools, there and back. MCP servers use names of 128 characters with dots and
 * slashes; such a name goes out with its odd characters replaced and the start of its hash behind it, so that
 * it is the same in every request. Names that Bedrock takes stay as they are.
 */
export class ToolNames {
  private readonly sent = new Map<string, string>();
  private readonly known = new Map<string, string>();

  constructor(names: Iterable<string>) {
    const all = [...new Set(names)];
    for (const name of all.filter((each) => ACCEPTED.test(each))) this.link(name, name);
    for (const name of all.filter((each) => !ACCEPTED.test(each))) this.link(name, this.freeNameFor(name));
  }

  /** The name that Bedrock knows a tool by. */
  toBedrock(name: string): string {
    return this.sent.get(name) ?? name;
  }

  /** The client's name; a name that the model made up stays what it is. */
  toClient(name: string): string {
    return this.known.get(name) ?? name;
  }

  /** Whether a name goes out as another one. */
  renames(name: string): boolean {
    return this.toBedrock(name) !== name;
  }

  private link(name: string, sent: string): void {
    this.sent.set(name, sent);
    this.known.set(sent, name);
  }

  private freeNameFor(name: string): string {
    const readable = name.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, READABLE);
    for (let attempt = 0; ; attempt += 1) {
      const digest = createHash('sha256')
        .update(`${attempt === 0 ? '' : attempt}${name}`)
        .digest('hex');
      const candidate = `${readable}_${digest.slice(0, 8)}`;
      if (!this.known.has(candidate)) return candidate;
    }
  }
}

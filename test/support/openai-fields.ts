import { existsSync, readFileSync } from 'node:fs';

const SPEC = new URL('../../../shared/openai-spec/schemas.json', import.meta.url);

interface Schema {
  $ref?: string;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
}

/**
 * Returns all fields of a schema of OpenAI's specification, including referenced schemas; undefined, with a printed
 * line, without the file.
 */
export function openAiFields(schema: string): string[] | undefined {
  if (!existsSync(SPEC)) {
    console.warn('skipped: OpenAI’s specification is not on this machine, its fields are not compared with our table');
    return undefined;
  }
  const { $defs } = JSON.parse(readFileSync(SPEC, 'utf8')) as { $defs: Record<string, Schema> };
  const resolve = (one: Schema): Schema => {
    const target = one.$ref === undefined ? one : $defs[one.$ref.split('/').at(-1) ?? ''];
    if (target === undefined) throw new Error(`the specification has no ${one.$ref}`);
    return target.$ref === undefined ? target : resolve(target);
  };
  /** Returns the properties of a schema and of all its alternatives. */
  const properties = (one: Schema): [string, Schema][] => {
    const { allOf = [], oneOf = [], anyOf = [], properties: own = {} } = resolve(one);
    return [...Object.entries(own), ...[...allOf, ...oneOf, ...anyOf].flatMap(properties)];
  };
  /** Returns the item schemas of the arrays among the alternatives of a schema. */
  const itemsOf = (one: Schema): Schema[] => {
    const { allOf = [], oneOf = [], anyOf = [], items } = resolve(one);
    return [...(items ? [items] : []), ...[...allOf, ...oneOf, ...anyOf].flatMap(itemsOf)];
  };
  const top = $defs[schema];
  if (top === undefined) throw new Error(`the specification has no schema ${schema}`);
  const fields = properties(top).flatMap(([name, value]) => {
    if (name === 'stream_options') return properties(value).map(([below]) => `${name}.${below}`);
    if (name !== 'messages') return [name];
    const messages = itemsOf(value).flatMap(properties);
    const parts = messages.filter(([field]) => field === 'content').flatMap(([, content]) => itemsOf(content));
    return [
      name,
      ...messages.map(([field]) => `messages[].${field}`),
      ...parts.flatMap(properties).map(([field]) => `messages[].content[].${field}`),
    ];
  });
  return [...new Set(fields)];
}

/** A group of operations, by the beginning of their paths. */
interface Tag {
  name: string;
  description: string;
  paths: RegExp;
}

/** Groups in the order of the document, from APIs for applications to those for operators. */
const TAGS: readonly Tag[] = [
  { name: 'Chat', description: "OpenAI's chat completions.", paths: /^\/v1\/chat\// },
  { name: 'Responses', description: "OpenAI's responses, which can be stored.", paths: /^\/v1\/responses/ },
  { name: 'Messages', description: "Anthropic's messages.", paths: /^\/v1\/messages/ },
  { name: 'Completions', description: "OpenAI's completions of a text.", paths: /^\/v1\/completions/ },
  { name: 'Embeddings', description: 'Vectors of texts.', paths: /^\/v1\/embeddings/ },
  { name: 'Moderations', description: 'Texts checked by a guardrail.', paths: /^\/v1\/moderations/ },
  { name: 'Models', description: 'The models that a key may use.', paths: /^\/v1\/models/ },
  { name: 'Caller', description: 'What a caller may use, and has used.', paths: /^\/v1\/me(?:\/usage)?$/ },
  { name: 'Bedrock', description: "Amazon Bedrock's own API.", paths: /^\/(?:model|inference-profiles)(?:\/|$)/ },
  {
    name: 'Administration',
    description: 'Teams, applications, keys, principals and audit, for the keys of `admin.keys`.',
    paths: /^\/admin\/v1\//,
  },
  {
    name: 'Documentation',
    description: 'The root, this document and its page.',
    paths: /^\/(?:docs.*|openapi\.json)?$/,
  },
  { name: 'Health', description: 'Probes.', paths: /^\/(?:health.*|livez|readyz)$/ },
  { name: 'Metrics', description: 'Metrics for Prometheus.', paths: /^\/metrics$/ },
];

/** The tags of the document, in their order. */
export const DOCUMENT_TAGS = TAGS.map(({ name, description }) => ({ name, description }));

/** Returns the group name of a path. Throws if no group matches. */
export function tagOf(path: string): string {
  return TAGS[orderOf(path)]!.name;
}

/** Returns the paths of a document in the order of their groups. */
export function inTagOrder<Item>(paths: Readonly<Record<string, Item>>): Record<string, Item> {
  return Object.fromEntries(Object.entries(paths).toSorted(([one], [other]) => orderOf(one) - orderOf(other)));
}

function orderOf(path: string): number {
  const index = TAGS.findIndex(({ paths }) => paths.test(path));
  if (index < 0) throw new Error(`no tag matches ${path}`);
  return index;
}

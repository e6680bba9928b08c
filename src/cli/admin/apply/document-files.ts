import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseYaml } from '../../../config/loading/parse-yaml.ts';
import { yamlDocuments } from '../../../governance/files/yaml-documents.ts';

/** Maximum number of reported problems. */
const MAX_FOLDER_PROBLEMS = 20;

/** A document of a folder, and its place for messages. */
export interface FolderDocument {
  readonly document: Readonly<Record<string, unknown>>;
  /** Such as `teams/search.yaml document 2 (line 14)`. */
  readonly place: string;
}

/**
 * Returns the documents of all `.yaml` and `.yml` files below a folder, with the path of the file as `file`. Hidden files and
 * folders are skipped. Throws an Error with all problems.
 */
export function readFolderDocuments(folder: string): FolderDocument[] {
  const problems: string[] = [];
  const documents: FolderDocument[] = [];
  for (const file of yamlFiles(folder, '')) {
    for (const { text, number, line } of yamlDocuments(readFileSync(join(folder, file), 'utf8'))) {
      const place = `${file} document ${number} (line ${line})`;
      const { tree, problems: found } = parseYaml(text);
      if (found) problems.push(...found.map(({ path, message }) => `${place}, ${path}: ${message}`));
      else if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) {
        problems.push(`${place}: must be an object with a kind`);
      } else if ('file' in tree) problems.push(`${place}, file: unknown field`);
      else documents.push({ document: { ...tree, file }, place });
    }
  }
  if (problems.length > 0) throw new Error(problems.slice(0, MAX_FOLDER_PROBLEMS).join('\n'));
  if (documents.length === 0) throw new Error(`${folder} contains no document in a .yaml or .yml file`);
  return documents;
}

/** Yields the paths of files, relative to the folder, in alphabetical order. */
function* yamlFiles(folder: string, below: string): Generator<string> {
  const entries = readdirSync(join(folder, below), { withFileTypes: true });
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) yield* yamlFiles(folder, path);
    // Kubernetes mounts files of a ConfigMap as links. A link to a folder may lead in a circle.
    else if (/\.ya?ml$/.test(entry.name) && statSync(join(folder, path)).isFile()) yield path;
  }
}

import { readFile, stat } from 'node:fs/promises';
import { EventLoopPause } from '../../config/keys-file/event-loop-pause.ts';
import { parseYaml } from '../../config/loading/parse-yaml.ts';
import { describeReadError } from '../../config/loading/substitution.ts';
import { type FileStamp, stampOf } from '../../config/reload/file-stamp.ts';
import { ConfigError, type Problem } from '../../config/settings/config-error.ts';
import { DocumentReader } from '../documents/document-reader.ts';
import type { FileKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import { FileRecords } from './file-records.ts';
import { matchFiles } from './file-patterns.ts';
import { yamlDocuments } from './yaml-documents.ts';

/** Maximum size of all files in bytes. 100,000 keys fit. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Maximum length of a document, which the YAML parser reads in a few milliseconds. */
const MAX_DOCUMENT_LENGTH = 64 * 1024;
/** Maximum number of documents of all files. */
const MAX_FILE_DOCUMENTS = 100_000;
/** Maximum number of reported problems. Reading ends there, because one mistake may be in each document. */
const MAX_REPORTED = 20;

/** The objects of `governance.files`, and the stamps of the files and folders. */
export interface GovernanceFileContent {
  records: readonly GovernanceRecord<FileKind>[];
  stamps: ReadonlyMap<string, FileStamp>;
}

/** What else decides whether the files are valid. */
export interface FileConditions {
  /** True if references may lead to objects of a database. */
  hasDatabase: boolean;
}

/**
 * Reads the objects of all files in slices, so that a running gateway serves requests meanwhile. `stamps` receives the state of
 * each file before it is read. Throws a ConfigError with all problems; their paths name file, document and field.
 */
export async function readGovernanceFiles(
  patterns: readonly string[],
  { hasDatabase }: FileConditions,
  stamps = new Map<string, FileStamp>(),
): Promise<GovernanceFileContent> {
  const problems: Problem[] = [];
  const { files, folders } = await matchFiles(patterns);
  const records = new FileRecords();
  const reader = new DocumentReader();
  const pause = new EventLoopPause();
  for (const path of [...folders, ...files]) stamps.set(path, await stampOf(path));
  let left = MAX_BYTES;
  for (const path of files) {
    const text = await textOfFile(path, left);
    left -= text.length;
    let documents = 0;
    for (const { text: yaml, number, line } of yamlDocuments(text)) {
      documents += 1;
      const place = `${path} document ${number} (line ${line})`;
      const found = readOne(yaml, reader);
      if (found.problems) problems.push(...found.problems.map((problem) => withinFile(place, problem)));
      else problems.push(...records.add(found.record, place));
      if (records.size > MAX_FILE_DOCUMENTS)
        problems.push({ path, message: `must have at most ${MAX_FILE_DOCUMENTS} documents` });
      if (problems.length >= MAX_REPORTED) throw new ConfigError('governance.files', problems);
      // The parser takes up to a millisecond for a document.
      await pause.takeIfLate();
    }
    if (documents === 0) problems.push({ path, message: NO_DOCUMENT });
  }
  problems.push(...(await records.brokenReferences(hasDatabase ? 'database' : 'none', MAX_REPORTED)));
  if (problems.length > 0) throw new ConfigError('governance.files', problems);
  return { records: records.all, stamps };
}

const NO_DOCUMENT =
  'contains no document, perhaps because it is still being written; remove the file to remove its objects';

async function textOfFile(path: string, maxBytes: number): Promise<string> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new Error('it is not a regular file');
    if (stats.size > maxBytes) throw new Error(`all files together are larger than ${MAX_BYTES} bytes (64 MiB)`);
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError('governance.files', [{ path, message: `cannot be read: ${describeReadError(error)}` }]);
  }
}

function readOne(yaml: string, reader: DocumentReader): ReturnType<DocumentReader['readTagged']> {
  if (yaml.length > MAX_DOCUMENT_LENGTH) {
    return { problems: [{ path: '', message: `must not be longer than ${MAX_DOCUMENT_LENGTH} characters` }] };
  }
  const parsed = parseYaml(yaml);
  return parsed.problems ? { problems: parsed.problems } : reader.readTagged(parsed.tree);
}

function withinFile(place: string, { path, message }: Problem): Problem {
  return { path: path === '' ? place : `${place}, ${path}`, message };
}

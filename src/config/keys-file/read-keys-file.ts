import { type FileHandle, open, stat } from 'node:fs/promises';
import { ConfigError, type Problem } from '../settings/config-error.ts';
import { describeReadError } from '../loading/substitution.ts';
import { type ApiKeyTable, lineName } from '../keys/api-key-table.ts';
import { ApiKeyTableBuilder } from './api-key-table-builder.ts';

/** Maximum size of the file in bytes. A million keys with names and models of usual length fit. */
export const MAX_KEYS_FILE_BYTES = 256 * 1024 * 1024;
/** Maximum size of a line in bytes, more than the longest sensible list of models. */
const MAX_LINE_BYTES = 64 * 1024;
/** Bytes of one read, about 400 keys. Between two reads, other work of the process gets a turn. */
const READ_BYTES = 64 * 1024;
/** Maximum number of reported problems. Reading ends there, because one mistake may be in each line. */
const MAX_PROBLEMS = 20;

const LINE_END = 0x0a;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Reads API keys from a file of JSON lines. Reads in slices, so that a running gateway serves requests meanwhile. Throws a
 * ConfigError that names lines, and that never contains a hash.
 */
export async function readApiKeyTable(path: string): Promise<ApiKeyTable> {
  const problems: Problem[] = [];
  const builder = await readLines(path, problems);
  const table = await builder.build(problems, MAX_PROBLEMS);
  if (problems.length > 0) throw new ConfigError(path, problems);
  return table;
}

async function readLines(path: string, problems: Problem[]): Promise<ApiKeyTableBuilder> {
  const file = await openRegularFile(path);
  try {
    const { size, mtimeMs } = await file.stat();
    if (size > MAX_KEYS_FILE_BYTES) throw unreadable(path, `it is larger than ${MAX_KEYS_FILE_BYTES} bytes (256 MiB)`);
    const builder = new ApiKeyTableBuilder(path, size);
    for await (const lines of linesOf(file)) {
      for (const { text, line } of lines) {
        if (text === undefined) problems.push({ path: lineName(line), message: tooLong });
        else builder.addLine(text, line, problems);
        if (problems.length >= MAX_PROBLEMS) throw new ConfigError(path, problems);
      }
    }
    const after = await file.stat();
    if (after.size !== size || after.mtimeMs !== mtimeMs) throw unreadable(path, changed);
    return builder;
  } finally {
    await file.close();
  }
}

const tooLong = `must not be longer than ${MAX_LINE_BYTES} bytes`;
const changed = 'it changed while it was read; write a new file and rename it to this name';

/** Pipes and devices are rejected, because a reload could not read them again. */
async function openRegularFile(path: string): Promise<FileHandle> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new Error(stats.isDirectory() ? 'it is a directory' : 'it is not a regular file');
    return await open(path, 'r');
  } catch (error) {
    throw unreadable(path, describeReadError(error));
  }
}

function unreadable(path: string, reason: string): ConfigError {
  return new ConfigError(path, [{ path: 'auth.keysFile', message: `the file cannot be read: ${reason}` }]);
}

/** A line of a file, from 1. `text` is undefined if the line is too long. */
interface FileLine {
  text: string | undefined;
  line: number;
}

/** Yields the lines of a file without blank ones, a list for each read. */
async function* linesOf(file: FileHandle): AsyncGenerator<readonly FileLine[]> {
  const buffer = Buffer.allocUnsafe(READ_BYTES + MAX_LINE_BYTES);
  let kept = 0;
  let line = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, kept, READ_BYTES, null);
    const end = kept + bytesRead;
    const lines: FileLine[] = [];
    let start = 0;
    const addLine = (until: number): void => {
      line += 1;
      if (until - start > MAX_LINE_BYTES) lines.push({ text: undefined, line });
      else {
        const text = buffer.toString('utf8', start, until);
        const content = line === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
        if (content.trim() !== '') lines.push({ text: content, line });
      }
      start = until + 1;
    };
    for (let at = indexOfLineFeed(buffer, kept, end); at !== -1; at = indexOfLineFeed(buffer, start, end)) addLine(at);
    if (bytesRead === 0 && start < end) addLine(end);
    kept = Math.max(0, end - start);
    const isTooLong = kept > MAX_LINE_BYTES;
    if (isTooLong) lines.push({ text: undefined, line: line + 1 });
    yield lines;
    if (bytesRead === 0 || isTooLong) return;
    buffer.copyWithin(0, start, end);
  }
}

function indexOfLineFeed(buffer: Buffer, from: number, end: number): number {
  const at = buffer.indexOf(LINE_END, from);
  return at < end ? at : -1;
}

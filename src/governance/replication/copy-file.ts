import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import type { CopyStorage } from './snapshot-copy.ts';

const OWNER_ONLY = 0o600;

/** The copy in `governance.snapshotFile`. A new file replaces it, so that no reader sees half of it. */
export class CopyFile implements CopyStorage {
  readonly name: string;
  readonly isUsable = true;

  constructor(path: string) {
    this.name = path;
  }

  async read(): Promise<AsyncIterable<string> | undefined> {
    const stats = await stat(this.name).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    return stats && (createReadStream(this.name, 'utf8') as AsyncIterable<string>);
  }

  async write(blocks: AsyncIterable<string>): Promise<boolean> {
    const temporary = `${this.name}.${process.pid}.new`;
    await rm(temporary, { force: true });
    const file = await open(temporary, 'wx', OWNER_ONLY);
    try {
      for await (const block of blocks) await file.write(block);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.name);
    return true;
  }
}

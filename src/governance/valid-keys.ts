import type { ApiKeyTable } from '../config/keys/api-key-table.ts';
import { EventLoopPause } from '../config/keys-file/event-loop-pause.ts';
import type { AuthConfig } from '../config/gateway-config.ts';
import { validKeys } from './api-key.service.ts';
import { expiryOf } from './key-expiry.ts';

/** The API keys of a configuration that are valid at one time. */
export class ValidKeys {
  /** Names of the keys of `auth.keys` by id. */
  private readonly listed: ReadonlyMap<string, string>;
  private readonly file: ApiKeyTable | undefined;
  private readonly now: number;

  /** `now` is in epoch milliseconds. */
  constructor({ keys, fileKeys }: AuthConfig, now: number) {
    this.listed = validKeys(keys, now);
    this.file = fileKeys;
    this.now = now;
  }

  has(id: string): boolean {
    if (this.listed.has(id)) return true;
    const key = this.file?.findById(id);
    return key !== undefined && this.isValid(this.file!, key);
  }

  /**
   * Yields the id and the name of each key that is not valid in `next`. Linear in the number of keys; works in slices, so
   * that the gateway serves requests meanwhile.
   */
  async *missingIn(next: ValidKeys): AsyncGenerator<[id: string, name: string]> {
    for (const [id, name] of this.listed) if (!next.has(id)) yield [id, name];
    // A key of the same table differs in nothing.
    if (this.file === undefined || this.file === next.file) return;
    const pause = new EventLoopPause();
    for (let key = 0; key < this.file.size; key++) {
      if (pause.isDue()) await pause.take();
      const kept = next.file?.findByDigest(this.file.digestOf(key));
      if (kept !== undefined && next.isValid(next.file!, kept)) continue;
      const id = this.file.idOf(key);
      if (this.isValid(this.file, key) && !next.listed.has(id)) yield [id, this.file.nameOf(key)];
    }
  }

  private isValid(table: ApiKeyTable, key: number): boolean {
    const { expires } = table.settingsOf(key);
    return expires === undefined || this.now < expiryOf(expires);
  }
}

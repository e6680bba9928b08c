import type { GatewayConfig } from '../../config/gateway-config.ts';
import type { SharedCopyStore } from '../../shared-state/copies/shared-copy-store.ts';
import type { SnapshotCopies } from './replica.ts';
import { SnapshotCopy } from './snapshot-copy.ts';

/** Age from which a copy is written again, although nothing has changed. */
const COPY_REFRESH_MS = 600_000;

/** Returns the copies that the settings ask for. */
export async function openCopies(config: GatewayConfig, store: SharedCopyStore | undefined): Promise<SnapshotCopies> {
  const { snapshotFile } = config.governance;
  // A copy that is not confirmed again would be too old, although the database was available until now.
  const refreshMs = (): number =>
    Math.min(COPY_REFRESH_MS, (config.governance.maxSnapshotAgeSeconds ?? Infinity) * 250);
  const copies: { -readonly [Place in keyof SnapshotCopies]: SnapshotCopies[Place] } = {};
  if (snapshotFile !== undefined) {
    const { CopyFile } = await import('./copy-file.ts');
    copies.local = new SnapshotCopy(new CopyFile(snapshotFile), refreshMs);
  }
  if (store?.isConfigured === true) {
    const { SharedCopy } = await import('./shared-copy.ts');
    copies.shared = new SnapshotCopy(new SharedCopy(store, () => config.governance.snapshotKeys), refreshMs);
  }
  return copies;
}

import type { ApiKeyTable, SharedKeySettings } from '../keys/api-key-table.ts';
import { EventLoopPause } from '../keys-file/event-loop-pause.ts';
import { ApiKeyConfig } from '../keys/api-key-config.ts';
import { type Difference, sectionChanges } from './differences.ts';

/**
 * Returns the differences between the keys of two files, by name: `auth.keysFile[team-a].models`. Linear in the number of
 * keys; works in slices, so that a running gateway serves requests meanwhile.
 */
export async function keysFileDifferences(
  before: ApiKeyTable | undefined,
  after: ApiKeyTable | undefined,
): Promise<Difference[]> {
  if (before === after) return [];
  return [...(await removedKeys(before, after)), ...(await addedAndChangedKeys(before, after))];
}

async function removedKeys(before: ApiKeyTable | undefined, after: ApiKeyTable | undefined): Promise<Difference[]> {
  const found: Difference[] = [];
  if (before === undefined) return found;
  const pause = new EventLoopPause();
  for (let key = 0; key < before.size; key++) {
    const name = before.nameOf(key);
    if (after?.findByName(name) === undefined) found.push(difference(name, 'removed'));
    if (pause.isDue()) await pause.take();
  }
  return found;
}

async function addedAndChangedKeys(
  before: ApiKeyTable | undefined,
  after: ApiKeyTable | undefined,
): Promise<Difference[]> {
  const found: Difference[] = [];
  if (after === undefined) return found;
  const settingChanges = new SettingChanges();
  const pause = new EventLoopPause();
  for (let key = 0; key < after.size; key++) {
    const name = after.nameOf(key);
    const former = before?.findByName(name);
    if (before === undefined || former === undefined) found.push(difference(name, 'added'));
    else {
      const hasNewHash = !before.digestOf(former).equals(after.digestOf(key));
      if (hasNewHash) found.push(difference(name, 'changed (not shown)', '.hash'));
      const changes = settingChanges.between(before.settingsOf(former), after.settingsOf(key));
      for (const { path, change } of changes) found.push(difference(name, change, `.${path}`));
    }
    if (pause.isDue()) await pause.take();
  }
  return found;
}

function difference(name: string, change: string, setting = ''): Difference {
  return { path: `auth.keysFile[${name}]${setting}`, change, takesEffect: 'at once' };
}

/** Changes between the settings of two tables. Compares two objects once, because many keys share them. */
class SettingChanges {
  private readonly known = new Map<SharedKeySettings, Map<SharedKeySettings, readonly Difference[]>>();

  between(before: SharedKeySettings, after: SharedKeySettings): readonly Difference[] {
    let ofBefore = this.known.get(before);
    if (ofBefore === undefined) this.known.set(before, (ofBefore = new Map<SharedKeySettings, Difference[]>()));
    let changes = ofBefore.get(after);
    if (changes === undefined) ofBefore.set(after, (changes = sectionChanges(before, after, ApiKeyConfig)));
    return changes;
  }
}

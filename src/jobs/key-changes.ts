import { EventLoopPause } from '../config/keys-file/event-loop-pause.ts';
import type { Difference } from '../config/reload/differences.ts';

/** Names of API keys; each name occurs once in its list. */
export interface KeyChanges {
  added: string[];
  removed: string[];
  changed: string[];
}

const KEY_SETTING_PATH = /^auth\.(?:keys|keysFile)\[(.+?)\](\..+)?$/;

/**
 * Returns which keys were added or removed, and which have changed settings. Linear, and in slices, because a file of keys
 * can differ in all of them.
 */
export async function keyChanges(differences: readonly Difference[]): Promise<KeyChanges> {
  const changes = { added: new Set<string>(), removed: new Set<string>(), changed: new Set<string>() };
  const pause = new EventLoopPause();
  for (const { path, change } of differences) {
    if (pause.isDue()) await pause.take();
    const [, name, setting] = KEY_SETTING_PATH.exec(path) ?? [];
    if (name === undefined) continue;
    const kind = setting === undefined && (change === 'added' || change === 'removed') ? change : 'changed';
    changes[kind].add(name);
  }
  return { added: [...changes.added], removed: [...changes.removed], changed: [...changes.changed] };
}

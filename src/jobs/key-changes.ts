import type { Difference } from '../config/reload/differences.ts';

/** Names of API keys; each name occurs once in its list. */
export interface KeyChanges {
  added: string[];
  removed: string[];
  changed: string[];
}

const KEY_SETTING_PATH = /^auth\.keys\[(.+?)\](\..+)?$/;

/** Returns which keys were added or removed, and which have changed settings. */
export function keyChanges(differences: readonly Difference[]): KeyChanges {
  const changes: KeyChanges = { added: [], removed: [], changed: [] };
  for (const { path, change } of differences) {
    const [, name, setting] = KEY_SETTING_PATH.exec(path) ?? [];
    if (name === undefined) continue;
    const kind = setting === undefined && (change === 'added' || change === 'removed') ? change : 'changed';
    if (!changes[kind].includes(name)) changes[kind].push(name);
  }
  return changes;
}

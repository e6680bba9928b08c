import type { Difference } from '../config/reload/differences.ts';

/** Names of API keys, each once. */
export interface KeyChanges {
  added: string[];
  removed: string[];
  changed: string[];
}

const PLACE_OF_KEY = /^auth\.keys\[(.+?)\](\..+)?$/;

/** Which keys came, went or may now do something else. */
export function keyChanges(differences: readonly Difference[]): KeyChanges {
  const changes: KeyChanges = { added: [], removed: [], changed: [] };
  for (const { path, change } of differences) {
    const [, name, setting] = PLACE_OF_KEY.exec(path) ?? [];
    if (name === undefined) continue;
    const kind = setting === undefined && (change === 'added' || change === 'removed') ? change : 'changed';
    if (!changes[kind].includes(name)) changes[kind].push(name);
  }
  return changes;
}

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createApiKey } from '../src/config/settings/api-key.ts';

/** Folder of `npm start` for its database and admin key. Git ignores it. */
export const LOCAL_FOLDER = '.outcrop';

/** Returns the admin key of this folder. Creates it at the first start. */
export function localAdminKey(): string {
  const file = `${LOCAL_FOLDER}/admin-key`;
  mkdirSync(LOCAL_FOLDER, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, `${createApiKey()}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8').trim();
}

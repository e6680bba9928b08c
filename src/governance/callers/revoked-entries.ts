const REVOKED_HASH = /^(?:sha256:)?[0-9a-f]{64}$/i;
const HASH_START = 'sha256:';

/**
 * Returns the hashes and ids of `auth.revoked`. Tools print hashes in upper case or without `sha256:`, and a hash that does not
 * match would leave a leaked key valid.
 */
export function revokedEntries(entries: readonly string[]): Set<string> {
  return new Set(
    entries.map((entry) => (REVOKED_HASH.test(entry) ? HASH_START + entry.slice(-64).toLowerCase() : entry)),
  );
}

/** Marks the audit lines of the log: rejected keys, and changes of the configuration and of keys. */
export const AUDIT_FIELDS = { log: 'audit' } as const;

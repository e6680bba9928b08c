/** Marks the log lines of the audit trail: rejected keys and changes of the configuration. Operators can filter by it. */
export const AUDIT_FIELDS = { stream: 'audit' } as const;

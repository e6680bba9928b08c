/** Marks the lines of the log that say who was refused and who changed what, so that they can be kept apart. */
export const AUDIT_FIELDS = { stream: 'audit' } as const;

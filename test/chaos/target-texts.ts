/** What each target says: words that are all different, so that a text that comes twice is seen. */
export const TARGET_TEXTS: readonly string[] = ['first', 'second'].map((target) =>
  Array.from({ length: 24 }, (_, index) => `${target}-${index}`).join(' '),
);

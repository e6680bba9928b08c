/** The answer of each target, whose pieces are all different, so that repeated text is detected. */
export const TARGET_TEXTS: readonly string[] = ['first', 'second'].map((target) =>
  Array.from({ length: 24 }, (_, index) => `${target}-${index}`).join(' '),
);

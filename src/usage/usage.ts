/** Tokens of one answer as Bedrock counts them. `input` excludes what came from or went to the cache. */
export interface Usage {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  /** What `cacheWrite` is made of, by the life of the cache; absent where Bedrock does not tell. An hour costs more. */
  cacheWriteByTtl?: Readonly<Record<'5m' | '1h', number>>;
}

export const NO_USAGE: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    ...((a.cacheWriteByTtl || b.cacheWriteByTtl) && {
      cacheWriteByTtl: {
        '5m': (a.cacheWriteByTtl?.['5m'] ?? 0) + (b.cacheWriteByTtl?.['5m'] ?? 0),
        '1h': (a.cacheWriteByTtl?.['1h'] ?? 0) + (b.cacheWriteByTtl?.['1h'] ?? 0),
      },
    }),
  };
}

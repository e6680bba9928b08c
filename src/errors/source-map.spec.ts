import { SourceMap } from 'node:module';
import { transformSync } from '@swc/core';
import { sourcePositions } from './source-map.ts';

const SOURCE = `
export class Greeting {
  // A comment that the compiler removes.
  constructor(private readonly name: string) {}

  text(): string {
    const parts: readonly string[] = ['Hello', this.name];
    return parts.join(', ').concat(parts.length > 1_000 ? '…' : '.');
  }
}
export const greet = (name: string): string => new Greeting(name).text();
`;

describe('sourcePositions', () => {
  it.each([false, true])("agrees with Node's decoder, minified: %s", (minify) => {
    const { code, map } = transformSync(SOURCE, {
      filename: 'greeting.ts',
      sourceMaps: true,
      minify,
      swcrc: false,
      configFile: false,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    });
    const payload = JSON.parse(map!) as ConstructorParameters<typeof SourceMap>[0];
    const decoder = new SourceMap(payload);
    const positions = code
      .split('\n')
      .flatMap((text, line) => Array.from({ length: text.length }, (_, column) => ({ line, column })))
      .toReversed();
    const found = sourcePositions(payload.mappings, positions);
    expect(found.filter((one) => one !== undefined).length).toBeGreaterThan(100);
    for (const [index, one] of found.entries()) {
      if (one === undefined) continue;
      const { line, column } = positions[index]!;
      expect(decoder.findEntry(line, column)).toMatchObject({ originalLine: one.line, originalColumn: one.column });
    }
  });

  it('has no source for other lines, segments without a source and positions before the first segment', () => {
    // Line 0: nothing. Line 1: from column 2 source 0, line 3, column 1; from column 6 no source.
    const mappings = ';EAGC,I';
    const at = (line: number, column: number) => sourcePositions(mappings, [{ line, column }])[0];
    expect([at(0, 3), at(1, 1), at(1, 6), at(2, 0)]).toEqual([undefined, undefined, undefined, undefined]);
    expect([at(1, 2), at(1, 5)]).toEqual([
      { source: 0, line: 3, column: 1 },
      { source: 0, line: 3, column: 1 },
    ]);
  });
});

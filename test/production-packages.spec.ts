import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';

/** Names of the packages that a source loads when it runs, at once or later; types are not loaded. */
function packagesOf(source: string): string[] {
  const imports = [
    ...source.matchAll(/^(?:import|export) (?!type )(?:[^'";]*? from )?'([^'.][^']*)'/gm),
    ...source.matchAll(/(?<!typeof )\bimport\('([^'.][^']*)'\)(?!\.\w)/g),
    ...source.matchAll(/\brequire(?:\.resolve)?\('([^'.][^']*)'\)/g),
  ].map(([, specifier]) => specifier!);
  return imports
    .filter((specifier) => !isBuiltin(specifier))
    .map((specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)![0]);
}

describe('what production loads', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
  const files = globSync(['src/**/*.ts', 'emulator/**/*.ts', 'deploy/image/*.mjs'], {
    exclude: ['**/*.spec.ts', 'emulator/testing.ts'],
  });
  const loaded = new Map(files.flatMap((file) => packagesOf(readFileSync(file, 'utf8')).map((name) => [name, file])));

  it('is found by this test, lazily loaded packages among it', () => {
    expect([...loaded.keys()]).toEqual(
      expect.arrayContaining(['@nestjs/core', '@nestjs/swagger', '@aws-sdk/credential-providers', 'reflect-metadata']),
    );
  });

  it('is installed there: images have no development dependencies', () => {
    expect([...loaded].filter(([name]) => !(name in dependencies))).toEqual([]);
  });
});

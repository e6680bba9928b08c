import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';

/** Returns the packages that a source loads at run time, statically or dynamically; types are excluded. */
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

describe('install scripts', () => {
  const { allowScripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    allowScripts: Record<string, boolean>;
  };
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { hasInstallScript?: true; dev?: true }>;
  };
  const withScripts = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript);
  const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

  it('are allowed or denied for every package that has one', () => {
    expect(Object.keys(allowScripts).sort()).toEqual(withScripts.map(([path]) => nameOf(path)).sort());
  });

  it('do not exist in production packages', () => {
    const production = withScripts.filter(([, { dev }]) => !dev).map(([path]) => nameOf(path));
    expect(production).toContain('@scarf/scarf');
    expect(production.filter((name) => allowScripts[name])).toEqual([]);
  });

  it.each(['Dockerfile', 'deploy/systemd/README.md', 'docs/operations.md'])('run for no package with %s', (file) => {
    const installs = readFileSync(file, 'utf8').match(/npm (ci|install|prune)\b(?! -g)[^&`\n]*/g) ?? [];
    expect(installs.length).toBeGreaterThan(0);
    expect(installs.filter((command) => !command.includes('--ignore-scripts'))).toEqual([]);
  });
});

describe('packages that production loads', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
  const files = globSync(['src/**/*.ts', 'emulator/**/*.ts', 'deploy/image/*.mjs'], {
    exclude: ['**/*.spec.ts', 'emulator/testing.ts'],
  });
  const loaded = new Map(files.flatMap((file) => packagesOf(readFileSync(file, 'utf8')).map((name) => [name, file])));

  it('are found by this test, including lazily loaded ones', () => {
    expect([...loaded.keys()]).toEqual(
      expect.arrayContaining(['@nestjs/core', '@nestjs/swagger', '@aws-sdk/credential-providers', 'reflect-metadata']),
    );
  });

  it('are production dependencies, because images have no development dependencies', () => {
    expect([...loaded].filter(([name]) => !(name in dependencies))).toEqual([]);
  });
});

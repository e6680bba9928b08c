/**
 * Lets Node run the TypeScript sources: `node --import ./bench/source-hook.ts FILE`. Node cannot strip their
 * decorators, so the compiler of the build compiles them at load time, with the settings of the build.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Options, transformSync } from '@swc/core';

const DECORATED = ['../src/', './frame/', './nest/'].map((folder) => new URL(folder, import.meta.url).href);
const settings = JSON.parse(readFileSync(new URL('../.swcrc', import.meta.url), 'utf8')) as Options;

registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith('.ts') || !DECORATED.some((folder) => url.startsWith(folder))) return nextLoad(url, context);
    const filename = fileURLToPath(url);
    const jsc = { ...settings.jsc, rewriteRelativeImportExtensions: false };
    const { code } = transformSync(readFileSync(filename, 'utf8'), {
      jsc,
      module: { type: 'es6' },
      filename,
      swcrc: false,
      configFile: false,
      sourceMaps: false,
    });
    return { format: 'module', source: code, shortCircuit: true };
  },
});

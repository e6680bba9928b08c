import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { type Options, transform } from '@swc/core';
import { build, type Metafile, type Plugin } from 'esbuild';
import { CHUNKS, entryPoints, LAZY, lazyPackageCode, resolveLoaders } from './inputs.ts';
import { dropNeedlessNames } from './names.ts';

/**
 * Packages that stay outside. Swagger UI is served as files. The others are optional, and not installed: their users handle
 * the error of a missing package.
 */
export const OUTSIDE = ['swagger-ui-dist'] as const;
const OPTIONAL = [
  '@nestjs/microservices',
  '@nestjs/websockets',
  '@nestjs/platform-socket.io',
  '@fastify/static',
  'class-transformer/storage',
  'cache-manager',
  '@grpc/*',
  '@mikro-orm/*',
  '@nestjs/axios',
  '@nestjs/mongoose',
  '@nestjs/sequelize',
  '@nestjs/typeorm',
  'mongoose',
  'sequelize',
  'typeorm',
  '@prisma/client',
  'aws-crt',
  'pg-native',
];

/** Names for CommonJS packages, which ES modules do not have. */
const COMMON_JS = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;`;

/** Compiles TypeScript with the settings of the build, because the bundler does not write the metadata of decorators. */
const compiler: Plugin = {
  name: 'sources',
  setup(bundler) {
    const settings = JSON.parse(readFileSync('.swcrc', 'utf8')) as Options;
    const jsc = { ...settings.jsc, rewriteRelativeImportExtensions: false };
    bundler.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const { code } = await transform(path.includes('/src/libraries/') ? resolveLoaders(source) : source, {
        jsc,
        module: { type: 'es6' },
        filename: path,
        swcrc: false,
        configFile: false,
        sourceMaps: 'inline',
      });
      return { contents: code, loader: 'js' };
    });
    bundler.onResolve({ filter: new RegExp(`^${LAZY}`) }, ({ path }) => ({
      namespace: 'lazy',
      path: path.slice(LAZY.length),
    }));
    bundler.onLoad({ filter: /./, namespace: 'lazy' }, ({ path }) => ({
      contents: lazyPackageCode(path),
      resolveDir: process.cwd(),
    }));
  },
};

/** The files of the bundle in memory, and what each of them contains. */
export interface Compiled {
  /** Path in `dist`, and content. */
  files: { path: string; contents: Uint8Array }[];
  /** The legal comments of the code, without the comments themselves in the files. */
  legalComments: string[];
  metafile: Metafile;
}

/** Folder of the bundle in this project. Source maps are relative to it, wherever the files are written. */
const OUTPUT = 'bundle/dist';
const LEGAL = '.LEGAL.txt';

/** Compiles the programs of the gateway with their packages and source maps. */
export async function compile(): Promise<Compiled> {
  const { outputFiles, metafile } = await build({
    entryPoints: entryPoints(),
    outdir: OUTPUT,
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    chunkNames: `${CHUNKS}/[name]-[hash]`,
    // The same choice of files as Node's.
    mainFields: ['main'],
    conditions: ['node'],
    external: [...OUTSIDE, ...OPTIONAL],
    banner: { js: COMMON_JS },
    plugins: [compiler],
    // Nest and the log use the names of classes.
    keepNames: true,
    minifySyntax: true,
    minifyWhitespace: true,
    // V8 stores a source of ASCII characters with one byte for each.
    charset: 'ascii',
    legalComments: 'external',
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  });
  const outputs = outputFiles.map(({ path, contents, text }) => ({ path: relative(OUTPUT, path), contents, text }));
  for (const output of outputs.filter(({ path }) => path.endsWith('.js'))) {
    output.contents = Buffer.from(dropNeedlessNames(output.text));
  }
  const comments = outputs.filter(({ path }) => path.endsWith(LEGAL)).map(({ text }) => text.trim());
  return {
    files: outputs.filter(({ path }) => !path.endsWith(LEGAL)),
    legalComments: [...new Set(comments)].sort(),
    metafile,
  };
}

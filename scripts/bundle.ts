/**
 * Writes the production build to a folder, `bundle` by default. The image contains all of its files except
 * `metafile.json`, which lists the content of each file.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { billOfMaterials } from './bundle/bill-of-materials.ts';
import { compile, OUTSIDE } from './bundle/compile.ts';
import { bundledPackages, describePackage, licensesOf } from './bundle/packages.ts';

const folder = process.argv[2] ?? 'bundle';
/** Files of Swagger UI that the gateway uses or has to pass on: style, script, manifest and licenses. */
const OF_SWAGGER_UI =
  /\/swagger-ui-dist(\/(package\.json|LICENSE|NOTICE|swagger-ui\.css|swagger-ui-bundle\.js(\.LICENSE\.txt)?))?$/;

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const { files, legalComments, metafile } = await compile();
for (const { path, contents } of files) write(join('dist', path), contents);
const packages = bundledPackages(metafile);
const outside = OUTSIDE.map((name) => `node_modules/${name}`);
for (const path of outside) {
  cpSync(path, join(folder, path), { recursive: true, filter: (file) => OF_SWAGGER_UI.test(file) });
}

const { name, version, description, license, type } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
  string,
  string
>;
write('package.json', JSON.stringify({ name, version, description, license, private: true, type }, undefined, 2));
write('THIRD-PARTY-LICENSES.txt', licensesOf(packages, legalComments));
write('sbom.json', JSON.stringify(billOfMaterials([...packages, ...outside.map(describePackage)]), undefined, 2));
write('metafile.json', JSON.stringify(metafile));

function write(file: string, content: string | Uint8Array): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? `${content.trimEnd()}\n` : content);
}

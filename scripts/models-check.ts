/*
 * `npm run models:check`: compares the table of models with public catalogs and prints the differences. Changes
 * nothing, because catalogs differ from AWS and from each other. The exit code is 0, even if a registry is not
 * available.
 */
import { ALL_MODELS } from '../src/models/table/model-table.ts';
import { type Catalog, botocoreEnumerations, litellmCatalog, piAiCatalog } from './model-catalogs/catalog.ts';
import { differencesFrom, lineOf, unknownValues } from './model-catalogs/differences.ts';
import { type CatalogFile, type CatalogPackage, catalogFile, catalogFolder } from './model-catalogs/packages.ts';

const PI_AI: CatalogPackage = {
  registry: 'npm',
  name: '@earendil-works/pi-ai',
  file: /^package\/dist\/providers\/data\/amazon-bedrock\.json$/,
};
const LITELLM: CatalogPackage = {
  registry: 'pypi',
  name: 'litellm',
  file: /^litellm\/model_prices_and_context_window_backup\.json$/,
};
const BOTOCORE: CatalogPackage = {
  registry: 'pypi',
  name: 'botocore',
  file: /^botocore\/data\/bedrock-runtime\/[\d-]+\/service-2\.json\.gz$/,
};

/** Enumeration values that the gateway supports, by shape of the service model. */
const KNOWN_VALUES = {
  ServiceTierType: ['priority', 'default', 'flex', 'reserved'],
  CacheTTL: ['5m', '1h'],
  OutputFormatType: ['json_schema'],
  PerformanceConfigLatency: ['standard', 'optimized'],
};

const folder = catalogFolder(process.env);
console.log(`Downloading catalogs to ${folder}.`);
await compare(PI_AI, ({ version, text }) => modelLines(piAiCatalog(version, JSON.parse(text))));
await compare(LITELLM, ({ version, text }) => modelLines(litellmCatalog(version, JSON.parse(text))));
await compare(BOTOCORE, ({ version, text }) =>
  unknownValues(botocoreEnumerations(JSON.parse(text)), KNOWN_VALUES, `botocore ${version}`),
);

async function compare(wanted: CatalogPackage, linesOf: (file: CatalogFile) => string[]): Promise<void> {
  try {
    const file = await catalogFile(wanted, folder);
    const lines = linesOf(file);
    console.log(`\n${wanted.name} ${file.version}: ${lines.length} differences`);
    for (const line of lines) console.log(`  ${line}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    console.log(`\n${wanted.name}: not compared, because ${reason}`);
  }
}

function modelLines(catalog: Catalog): string[] {
  return differencesFrom(catalog, ALL_MODELS).map(lineOf);
}

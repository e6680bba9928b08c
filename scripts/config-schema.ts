/*
 * `npm run config:schema`: writes config/gateway.schema.json and docs/configuration.md from the settings, and
 * config/governance.schema.json from the classes of the governance documents. Uses the build, because Node cannot strip
 * the decorators of the classes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
// The build exists only at run time, so the types come from the sources.
const built = new URL('dist/config/schema/', root);
const schema: typeof import('../src/config/schema/settings-schema.ts') = await import(
  new URL('settings-schema.js', built).href
);
const page: typeof import('../src/config/schema/settings-page.ts') = await import(
  new URL('settings-page.js', built).href
);
const documents: typeof import('../src/governance/documents/schema/documents-schema.ts') = await import(
  new URL('dist/governance/documents/schema/documents-schema.js', root).href
);

mkdirSync(new URL('docs/', root), { recursive: true });
writeFileSync(
  new URL('config/gateway.schema.json', root),
  `${JSON.stringify(schema.buildSettingsSchema(), null, 2)}\n`,
);
writeFileSync(
  new URL('config/governance.schema.json', root),
  `${JSON.stringify(documents.buildDocumentsSchema(), null, 2)}\n`,
);
writeFileSync(new URL('docs/configuration.md', root), page.renderSettingsPage());
console.log('wrote config/gateway.schema.json, config/governance.schema.json and docs/configuration.md');

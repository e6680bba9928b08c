/**
 * Writes what is generated from the settings: config/gateway.schema.json and docs/configuration.md. The classes have
 * decorators, which Node cannot strip, so this runs on the build (`npm run config:schema` builds first).
 */
import { mkdirSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
// The build is only there at run time; its types are those of the source.
const built = new URL('dist/config/schema/', root);
const schema: typeof import('../src/config/schema/settings-schema.ts') = await import(
  new URL('settings-schema.js', built).href
);
const page: typeof import('../src/config/schema/settings-page.ts') = await import(
  new URL('settings-page.js', built).href
);

mkdirSync(new URL('docs/', root), { recursive: true });
writeFileSync(
  new URL('config/gateway.schema.json', root),
  `${JSON.stringify(schema.buildSettingsSchema(), null, 2)}\n`,
);
writeFileSync(new URL('docs/configuration.md', root), page.renderSettingsPage());
console.log('wrote config/gateway.schema.json and docs/configuration.md');

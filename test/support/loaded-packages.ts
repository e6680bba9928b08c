/**
 * Starts the application without listening and prints the loaded packages, Node built-ins and modules of src, one per line. Run it with
 * `--import ./bench/source-hook.ts`.
 */
import '../../src/bootstrap/skip-builtin-fetch.ts';
import { registerHooks } from 'node:module';

const packages = new Set<string>();
registerHooks({
  load(url, context, nextLoad) {
    const name = /.*\/node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)\//.exec(url)?.groups?.['name'];
    if (name !== undefined) packages.add(name);
    else if (url.includes('/src/')) packages.add(url.slice(url.lastIndexOf('/src/') + 1));
    return nextLoad(url, context);
  },
});

const { createApplication } = await import('../../src/bootstrap/application.ts');
const { buildConfig } = await import('../../src/config/load-config.ts');
const app = await createApplication(
  buildConfig({
    file: { path: 'test.yaml', text: 'logging: {level: silent}' },
    environment: { GATEWAY__BEDROCK__REGION: 'us-east-1' },
    readFile: () => '',
  }),
);
await app.init();
const { moduleLoadList } = process as NodeJS.Process & { moduleLoadList: string[] };
process.stdout.write([...packages, ...moduleLoadList].sort().join('\n'), () => process.exit(0));

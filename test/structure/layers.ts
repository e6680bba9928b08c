/** A folder of `src/`, or a part of one with separate rules. */
export interface ModuleRules {
  /** What the module is for, in CONTRIBUTING.md. */
  purpose: string;
  /** Modules from which it may import values. */
  values: readonly string[];
  /** Modules from which it may import types as well. */
  types?: readonly string[];
  /** Packages that it must not import, by prefix. */
  withoutPackages?: readonly string[];
}

/** Modules that form one layer of the picture, from top to bottom. */
export const LAYERS: readonly { name: string; modules: readonly string[] }[] = [
  { name: 'Process', modules: ['root', 'cli', 'jobs'] },
  { name: 'Endpoints', modules: ['api', 'http'] },
  { name: 'Orchestration', modules: ['inference', 'admission', 'governance', 'retry'] },
  { name: 'Bedrock', modules: ['routing', 'bedrock'] },
  { name: 'Translation', modules: ['translation.service', 'translation', 'media'] },
  { name: 'State and telemetry', modules: ['ledger', 'database', 'shared-state', 'telemetry'] },
  { name: 'Foundation', modules: ['models', 'limits', 'config', 'request', 'wire', 'usage', 'errors', 'libraries'] },
];

const TRANSLATORS = ['errors', 'models', 'usage', 'wire', 'libraries', 'limits'];

/**
 * Module → modules that it may import. This is the only definition of the layering: `layers.spec.ts` checks every
 * import
 * against it, and `npm run docs:layers` writes the picture in CONTRIBUTING.md from it.
 */
export const MODULES: Readonly<Record<string, ModuleRules>> = {
  libraries: { purpose: 'large packages, loaded in part or late', values: [] },
  errors: { purpose: 'GatewayError and its makers; descriptions of errors for the log', values: [] },
  usage: { purpose: 'tokens, their prices and the cost of a call', values: [] },
  limits: { purpose: 'how much a request may hold: one table, and the check of a body', values: ['errors'] },
  request: {
    purpose: 'one request as all layers see it: context, caller, cancel signal, report',
    values: ['errors'],
    types: ['usage'],
  },
  wire: { purpose: 'formats of Bedrock and HTTP: types and pure readers', values: ['usage'] },
  config: { purpose: 'settings: classes, loading, live view, reload', values: ['libraries'] },
  models: {
    purpose: 'the models: table, rules, names, routes',
    values: ['config', 'errors', 'usage'],
    types: ['request'],
  },
  'shared-state': {
    purpose: 'state that replicas share, in memory or in Redis',
    values: ['config', 'errors', 'libraries', 'telemetry'],
  },
  database: {
    purpose: 'SQLite and PostgreSQL: connections, tables, migrations, backup',
    values: ['config', 'errors', 'telemetry'],
  },
  ledger: {
    purpose: 'the ledger: a row for each request in a local journal, written to the database in batches',
    values: ['config', 'database', 'errors', 'telemetry', 'usage'],
    types: ['request'],
  },
  telemetry: { purpose: 'log, metrics, traces', values: ['config', 'errors', 'usage', 'wire'], types: ['request'] },
  media: { purpose: 'media that a request names by URL, fetched safely', values: ['config', 'errors', 'libraries'] },
  translation: {
    purpose: 'pure translators: a folder for each API, and folders for what the APIs share',
    values: TRANSLATORS,
    types: ['media'],
    withoutPackages: ['@nestjs/', 'express'],
  },
  'translation.service': {
    purpose: 'the translators with what they need from outside: media, kept thinking, quotas',
    values: ['translation', 'errors', 'models', 'limits', 'config', 'media', 'request', 'shared-state', 'routing'],
  },
  bedrock: {
    purpose: 'one call to one target of Bedrock: transport, sessions, operations, errors of AWS',
    values: ['config', 'errors', 'request', 'telemetry', 'wire', 'usage', 'libraries'],
    types: ['models'],
  },
  routing: {
    purpose: 'which target of a route gets a call: health, cool-downs, cache affinity, quotas',
    values: ['config', 'errors', 'request', 'shared-state', 'telemetry', 'wire'],
    types: ['models', 'usage'],
  },
  governance: {
    purpose: 'teams, applications, keys and principals: who calls, what a caller may do, and how that is changed',
    values: ['config', 'database', 'errors', 'libraries', 'models', 'request', 'shared-state', 'telemetry'],
  },
  admission: {
    purpose: 'how many requests, uploads and body bytes the process takes at a time',
    values: ['config', 'errors', 'request', 'governance', 'shared-state', 'telemetry'],
  },
  retry: {
    purpose: 'whether and when a failed request is tried again',
    values: ['config', 'errors', 'request', 'telemetry'],
  },
  inference: {
    purpose: 'the orchestration of a request: models, output formats, calls, answers',
    values: [
      'admission',
      'bedrock',
      'config',
      'errors',
      'governance',
      'ledger',
      'limits',
      'models',
      'request',
      'retry',
      'routing',
      'shared-state',
      'telemetry',
      'translation',
      'translation.service',
      'usage',
      'wire',
    ],
  },
  http: {
    purpose: 'HTTP: server, connections, bodies, guards, interceptors, error filter, event streams',
    values: [
      'admission',
      'config',
      'errors',
      'governance',
      'libraries',
      'limits',
      'request',
      'retry',
      'shared-state',
      'telemetry',
      'wire',
    ],
  },
  jobs: {
    purpose: 'work without a request: discovery of models and quotas, reload of the configuration',
    values: ['bedrock', 'config', 'errors', 'models', 'routing', 'telemetry'],
  },
  api: {
    purpose: 'one module for each endpoint: controller, DTO; the API document',
    values: [
      'admission',
      'bedrock',
      'config',
      'database',
      'errors',
      'governance',
      'http',
      'inference',
      'ledger',
      'libraries',
      'limits',
      'models',
      'request',
      'retry',
      'routing',
      'telemetry',
      'translation',
    ],
  },
  cli: {
    purpose: 'commands: check of the configuration, new API keys, database, ledger, administration',
    values: ['config', 'database', 'governance', 'ledger', 'models'],
  },
  root: {
    purpose: '`main.ts`, `app.module.ts` and `bootstrap/`: how the process starts and ends',
    values: ['admission', 'api', 'config', 'errors', 'governance', 'http', 'jobs', 'ledger', 'telemetry'],
  },
};

/** Folders with more than `MAX_FILES` source files. */
export const LARGE_FOLDERS = ['src/config/sections'];
export const MAX_FILES = 12;

/** Returns the module of a file of `src/`; undefined for any other file. */
export function moduleOf(file: string): string | undefined {
  const [source, folder, name] = file.split('/');
  if (source !== 'src' || folder === undefined) return undefined;
  // A public path of the previous release, which leads to `cli/`.
  if (folder === 'config' && name === 'check.ts') return 'cli';
  if (name === undefined || folder === 'bootstrap') return 'root';
  return folder === 'translation' && /^translation\.(service|module)\.ts$/.test(name) ? 'translation.service' : folder;
}

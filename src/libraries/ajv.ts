import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/**
 * Lazy loader of Ajv. The package is loaded with the first schema of a request, because its 88 files serve structured
 * answers only.
 */
export const ajv = {
  get Ajv() {
    return (load('ajv') as typeof import('ajv')).Ajv;
  },
  get Ajv2020() {
    return (load('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js')).Ajv2020;
  },
};

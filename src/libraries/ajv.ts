import { createRequire } from 'node:module';

/** Loads a package when a getter below is used. The production bundle keeps such a package in a file that only its use loads. */
const loadWhenUsed = createRequire(import.meta.url);

/**
 * Lazy loader of Ajv. The package is loaded with the first schema of a request, because its 88 files serve structured
 * answers only.
 */
export const ajv = {
  get Ajv() {
    return (loadWhenUsed('ajv') as typeof import('ajv')).Ajv;
  },
  get Ajv2020() {
    return (loadWhenUsed('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js')).Ajv2020;
  },
};

import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/** Ajv, loaded with the first schema of a request: 88 files that only structured answers need. */
export const ajv = {
  get Ajv() {
    return (load('ajv') as typeof import('ajv')).Ajv;
  },
  get Ajv2020() {
    return (load('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js')).Ajv2020;
  },
};

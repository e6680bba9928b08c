/*
 * `npm start`. It is JavaScript, because old versions of Node cannot run TypeScript and must print the instructions of
 * `check-node.mjs`.
 */
import './check-node.mjs';

await import('./start.ts');

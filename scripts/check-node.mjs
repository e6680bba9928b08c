/*
 * Ends the process with instructions if this version of Node cannot run the sources. Scripts of package.json run this file
 * first. It is JavaScript, because old versions of Node cannot run TypeScript.
 */
const REQUIRED = 24;

if (Number(process.versions.node.split('.')[0]) < REQUIRED) {
  console.error(`
This script requires Node ${REQUIRED} or later, but runs on Node ${process.version} (${process.execPath}).

On Linux (x64, arm64), npm installs Node ${REQUIRED} for the scripts of this project, also with --ignore-scripts, but not with
--omit=dev or --omit=optional (or omit= in an .npmrc). Repeat the installation with

    npm ci --include=dev --include=optional

On other systems, an install script of the package "node" installs it. If install scripts are switched off, run

    npm rebuild node --ignore-scripts=false

or install Node ${REQUIRED} yourself (https://nodejs.org/en/download), then repeat the command.
`);
  process.exit(1);
}

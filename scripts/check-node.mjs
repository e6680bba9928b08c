/**
 * Ends the process with instructions if this Node cannot run the sources. Scripts of package.json run it first. It is
 * plain JavaScript, because an old Node reads no TypeScript.
 */
const NEEDED = 24;

if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  console.error(`
This script needs Node ${NEEDED} or newer, and runs on Node ${process.version} (${process.execPath}).

On Linux (x64, arm64), npm installs Node ${NEEDED} for the scripts of this project, also with --ignore-scripts, but not with
--omit=dev or --omit=optional (or omit= in an .npmrc). Repeat the installation with

    npm ci --include=dev --include=optional

On other systems an install script of the package "node" brings it. If install scripts are switched off, run

    npm rebuild node --ignore-scripts=false

or install Node ${NEEDED} yourself (https://nodejs.org/en/download), then repeat your command.
`);
  process.exit(1);
}

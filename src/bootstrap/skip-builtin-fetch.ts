/**
 * Node reads all that a module of its own exports when an ES module imports it, and three names of `node:http` load the
 * whole of its built-in fetch: 12 MB and 40 ms of a start, for names that nobody uses. It has to happen before anybody
 * imports that module, which is why the gateway is imported after this file.
 */
const http = process.getBuiltinModule('node:http');
for (const name of ['WebSocket', 'CloseEvent', 'MessageEvent']) Reflect.deleteProperty(http, name);

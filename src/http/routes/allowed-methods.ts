import type { Request } from 'express';

/** The part of Express's router that this file reads. Express has no public list of its routes. */
interface RouteLayer {
  route?: { path: string; methods: Record<string, boolean | undefined> };
  match(path: string): unknown;
}

/** Returns the methods of a request's path, e.g. `['GET', 'HEAD']`; empty if the path does not exist. */
export function allowedMethods(request: Request): string[] {
  const layers = (request.app as unknown as { router?: { stack?: RouteLayer[] } }).router?.stack ?? [];
  const routes = layers.flatMap((layer) => (layer.route && matches(layer, request.path) ? [layer.route] : []));
  // `/v1/responses/compact` also matches `/v1/responses/:id`, whose methods do not apply to it.
  const exact = routes.filter(({ path }) => !/[:*]/.test(path));
  const methods = new Set<string>();
  for (const route of exact.length > 0 ? exact : routes) {
    for (const method of Object.keys(route.methods)) methods.add(method.toUpperCase());
  }
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

/** Returns true if the layer serves the path. A path with broken percent encoding matches nothing. */
function matches(layer: RouteLayer, path: string): boolean {
  try {
    return Boolean(layer.match(path));
  } catch {
    return false;
  }
}

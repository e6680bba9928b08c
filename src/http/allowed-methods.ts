import type { Application, Request } from 'express';

/** The parts of Express's router that are read here; it has no public list of its routes. */
interface RouteLayer {
  route?: { methods: Record<string, boolean | undefined> };
  match(path: string): unknown;
}

/** The methods that exist at the path of a request, e.g. `['GET', 'HEAD']`; empty where there is none. */
export function allowedMethods(request: Request): string[] {
  const layers = (request.app as Application & { router?: { stack?: RouteLayer[] } }).router?.stack ?? [];
  const methods = new Set<string>();
  for (const layer of layers) {
    if (!layer.route || !matches(layer, request.path)) continue;
    for (const method of Object.keys(layer.route.methods)) methods.add(method.toUpperCase());
  }
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

/** A path with broken percent encoding matches nothing. */
function matches(layer: RouteLayer, path: string): boolean {
  try {
    return Boolean(layer.match(path));
  } catch {
    return false;
  }
}

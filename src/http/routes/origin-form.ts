const SLASH = 47;
const SCHEME_AND_AUTHORITY = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/**
 * Returns the path and query of a request target. Clients may send an absolute URL instead (RFC 9112, section 3.2.2), and the
 * router then uses its path. So each check of a path must see the same path as the router.
 */
export function originForm(target: string): string {
  if (target.charCodeAt(0) === SLASH) return target;
  const path = target.replace(SCHEME_AND_AUTHORITY, '');
  // `OPTIONS *` stays as it is.
  return path.length === target.length || path.startsWith('/') ? path : `/${path}`;
}

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);

function withoutLoopbackPort(url: URL): string {
  const host = loopbackHosts.has(url.hostname) ? url.hostname : url.host;
  return `${url.protocol}//${host}${url.pathname}${url.search}`;
}

/**
 * Keycloak's rules for a valid redirect URI: equal to a pattern, or starting with one that ends in `*`; a loopback
 * pattern without a port stands for every port (RFC 8252 §7.3). Names and passwords, fragments and dot segments are
 * refused, since they can make a prefix mean something else.
 */
export function redirectAllowed(patterns: readonly string[], uri: string): boolean {
  const url = URL.parse(uri);
  if (url === null || url.username !== '' || url.password !== '' || uri.includes('#')) return false;
  // A URI that changes when it is parsed hides something (back slashes, dot segments, a missing path).
  if (url.href !== uri) return false;
  const forms = [uri, withoutLoopbackPort(url)];
  return patterns.some((pattern) =>
    pattern.endsWith('/*') ? forms.some((form) => form.startsWith(pattern.slice(0, -1))) : forms.includes(pattern),
  );
}

/** An origin is allowed where a redirect to its root would match the origin of a pattern (`webOrigins: "+"`). */
export function originAllowed(patterns: readonly string[], origin: string): boolean {
  const roots = patterns.flatMap((pattern) => {
    const url = URL.parse(pattern);
    return url === null ? [] : [`${url.origin}/*`];
  });
  return redirectAllowed(roots, `${origin}/`);
}

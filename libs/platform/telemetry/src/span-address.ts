const shownSegment =
  /^(?:v\d|[a-z][a-z.-]{0,40}|[A-Z][A-Za-z]{0,40}|\d{12}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/;
const hidden = '*';
const mostParameters = 20;
const shownParameter = /^[a-zA-Z][a-zA-Z0-9.-]{0,40}$/;

/** Words of the route, division codes and ids of records; anything else might be what somebody wrote or is known by. */
const shownPath = (path: string): string =>
  path
    .split('/')
    .map((segment) => (shownSegment.test(segment) ? segment : hidden))
    .join('/');

/** What was asked for, by name only: reasons, search words and codes are nobody's who reads traces. */
const shownQuery = (query: string): string =>
  query
    .split('&', mostParameters)
    .map((parameter) => parameter.split('=', 1)[0] ?? '')
    .map((name) => (shownParameter.test(name) ? `${name}=${hidden}` : hidden))
    .join('&');

/** The address of a request as a span may have it (attributes of OpenTelemetry's semantic conventions). */
export function spanAddress(url: string): Record<string, string> {
  const [path = '', ...query] = url.split('?');
  const shown = { 'url.path': shownPath(path) };
  return query.length === 0 ? shown : { ...shown, 'url.query': shownQuery(query.join('?')) };
}

import type { Words } from './words.js';
import { placeOf } from './lines.js';

const problemForm = /^([A-Za-z]+[^:]*): (.*)$/s;

/** `promisedDays: …`, as the host says it, with the element's title and the place within it instead of the path. */
export function problemText(problem: string, titles: ReadonlyMap<string, string>, words: Words): string {
  const [, path, message] = problemForm.exec(problem) ?? [];
  if (path === undefined || message === undefined) return problem;
  const [field = path] = /^[A-Za-z]+/.exec(path) ?? [];
  const title = titles.get(field);
  if (title === undefined) return problem;
  const { within } = placeOf(path, words);
  return words.pair(within === '' ? title : `${title} · ${within}`, message);
}

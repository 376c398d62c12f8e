import { pagesFor, type ConsoleFeature } from './feature.js';

const page = (path: string, roles: string[], needs: string) => ({ path, roles, needs, load: () => Promise.reject() });
const features: ConsoleFeature[] = [
  { name: 'desk', texts: { 'zh-CN': {}, en: {} }, pages: [page('cases', ['clerk', 'supervisor'], 'casework')] },
  { name: 'hall', texts: { 'zh-CN': {}, en: {} }, pages: [page('tickets', ['clerk'], 'hall')] },
];
const shown = (roles: string[], host: string[]) =>
  pagesFor(features, roles, host).map(({ feature, path }) => `${feature}/${path}`);

it('shows a person the screens of the person’s roles', () => {
  expect(shown(['supervisor'], ['casework', 'hall'])).toEqual(['desk/cases']);
  expect(shown(['clerk'], ['casework', 'hall'])).toEqual(['desk/cases', 'hall/tickets']);
  expect(shown(['resident'], ['casework', 'hall'])).toEqual([]);
});

it('shows nothing that the host does not serve', () => {
  expect(shown(['clerk'], ['casework'])).toEqual(['desk/cases']);
});

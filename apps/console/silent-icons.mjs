// Ant Design names each icon by its English file name, for screen readers too: "loading", "down", "calendar". Beside a
// text an icon says nothing that the text does not, and whatever has an icon alone is named in the reader's language.

const components = /\/@ant-design\/icons\/es\/components\/AntdIcon(Light)?\.js$/;
const named = /role: "img",\s*"aria-label": icon\.name/;

/** The source of the component that draws every icon, without its name. */
export function silenced(source) {
  if (!named.test(source)) throw new Error('Ant Design icons are named in another way: read silent-icons.mjs again');
  return source.replace(named, '"aria-hidden": true');
}

export const silentIcons = () => ({
  name: 'tongban-silent-icons',
  transform: (source, id) => (components.test(id) ? { code: silenced(source), map: null } : undefined),
});

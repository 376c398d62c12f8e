interface Named {
  readonly code: string;
  readonly name: string;
  readonly note?: string | undefined;
}

/** The words of a one-time notice for the papers chosen: numbered as in the list of the item; empty for none. */
export function noticeDraft(materials: readonly Named[], chosen: readonly string[]): string {
  const asked = materials.filter(({ code }) => chosen.includes(code));
  if (asked.length === 0) return '';
  const lines = asked.map(({ name, note }, place) => `${place + 1}. ${name}${note === undefined ? '' : `（${note}）`}`);
  return `请补正以下材料：\n${lines.join('；\n')}。`;
}

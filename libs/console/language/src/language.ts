import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';

export const languages = ['zh-CN', 'en'] as const;
export type Language = (typeof languages)[number];

/** What one library says, in every language: `{ 'zh-CN': { key: text }, en: { … } }`, the keys the same in both. */
export type Texts<T extends object> = Readonly<Record<Language, T>>;

const storageKey = 'tongban.language';

const isLanguage = (text: string | null): text is Language => languages.some((language) => language === text);

/** The language chosen on this device, otherwise Chinese: these are the offices' own pages. */
function chosenLanguage(): Language {
  const stored = localStorage.getItem(storageKey);
  return isLanguage(stored) ? stored : 'zh-CN';
}

/** To be called once, with the texts of every library of the page by its namespace. */
export async function startLanguage(texts: Readonly<Record<string, Texts<object>>>): Promise<void> {
  const language = chosenLanguage();
  document.documentElement.lang = language;
  const resources = Object.fromEntries(
    languages.map((each) => [
      each,
      Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text[each]])),
    ]),
  );
  await i18next.use(initReactI18next).init({
    resources,
    lng: language,
    fallbackLng: 'zh-CN',
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}

export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(storageKey, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return isLanguage(i18n.language) ? i18n.language : 'zh-CN';
}

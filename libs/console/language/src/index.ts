export { languages, setLanguage, startLanguage, useLanguage, type Language, type Texts } from './language.js';
export { formatDate, formatInstant } from './format.js';

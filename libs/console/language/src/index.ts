export { languages, setLanguage, startLanguage, useLanguage, type Language, type Texts } from './language.js';
export { formatClock, formatDate, formatInstant, officeDay } from './format.js';

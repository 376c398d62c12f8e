export { pagesFor, type ConsoleFeature, type ConsolePage } from './feature.js';
export { sharedTexts } from './texts.js';
export { Failure, Loading, Nothing } from './states.js';
export { Page } from './page.js';
export { useOnline } from './online.js';
export { useProblemText } from './problem-text.js';
export { Key, useShortcut, type ShortcutKey } from './shortcut.js';
export { useCamera } from './camera.js';

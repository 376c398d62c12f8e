import type { Texts } from '@tongban/console/language';
import { en } from './texts.en.js';
import { zh } from './texts.zh-CN.js';

export const catalogueTexts: Texts<typeof zh> = { 'zh-CN': zh, en };

import { existsSync, readFileSync } from 'node:fs';
import { SetupError } from '../city/environment.js';

export type Settings = Readonly<Record<string, string>>;

const line = /^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)=(.*)$/;

/** `NAME=value` a line, as service managers read it; quotes around a value are taken off, `#` begins a comment line. */
export function parseSettings(text: string): Settings {
  const settings: Record<string, string> = {};
  for (const each of text.split('\n')) {
    if (each.trim() === '' || each.trimStart().startsWith('#')) continue;
    const [, name, value] = line.exec(each) ?? [];
    if (name === undefined || value === undefined) throw new SetupError(`环境变量文件中有一行不是“名称=值”`);
    settings[name] = value.trim().replace(/^(["'])(.*)\1$/, '$2');
  }
  return settings;
}

/** @throws SetupError */
export function readSettings(file: string): Settings {
  if (!existsSync(file)) throw new SetupError(`没有环境变量文件 ${file}`);
  return parseSettings(readFileSync(file, 'utf8'));
}

/** @throws SetupError naming the variable */
export function setting(settings: Settings, name: string, file: string): string {
  const value = settings[name]?.trim() ?? '';
  if (value === '') throw new SetupError(`${file} 中缺少 ${name}`);
  return value;
}

export const settingsText = (settings: Settings): string =>
  Object.entries(settings)
    .map(([name, value]) => {
      if (/[\n\r]/.test(value)) throw new Error(`${name} has more than one line`);
      return `${name}=${value}\n`;
    })
    .join('');

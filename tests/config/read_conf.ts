import { type Config, readConfig } from "../../src/config/config.ts";
import { type ConfigFiles, readConfFile } from "../../src/config/conf_file.ts";
import type { Setting } from "../../src/config/setting.ts";

/** Files in memory. */
export class MemoryConfigFiles implements ConfigFiles {
  readonly #files: Readonly<Record<string, string>>;

  constructor(files: Readonly<Record<string, string>>) {
    this.#files = files;
  }

  readTextFile(path: string): string {
    if (!(path in this.#files)) throw new Error(`no such file: ${path}`);
    return this.#files[path];
  }

  listFolder(path: string): string[] {
    const folder = path === "." ? "" : `${path}/`;
    return Object.keys(this.#files).filter((file) => file.startsWith(folder)).map((file) => file.slice(folder.length))
      .filter((name) => !name.includes("/"));
  }
}

/** Returns the settings in a text. */
export const settingsOf = (text: string, file = "rabbitmq.conf"): Setting[] =>
  readConfFile(file, new MemoryConfigFiles({ [file]: text }));

/** Returns the configuration in a text, and its settings without effect. */
export const readText = (text: string, file?: string) => readConfig(settingsOf(text, file));

export const configOf = (text: string): Config => readText(text).config;

import { ConfigError } from "./config_error.ts";
import { folderOf, isAbsolute, nameOf, prefixOf } from "./path.ts";
import type { Setting } from "./setting.ts";

/** Reads the files of a configuration. */
export interface ConfigFiles {
  /** Returns the content of a file. Throws when it can't be read. */
  readTextFile(path: string): string;
  /** Returns the names of the files in a folder; none when it does not exist. */
  listFolder(path: string): readonly string[];
}

/** Maximum depth of files that include each other. */
const INCLUDE_DEPTH_MAX = 16;

const KEY = /[ \t]*((?:\\\.|[A-Za-z0-9_-])+(?:\.(?:\\\.|[A-Za-z0-9_-])+)*)[ \t]*=[ \t]*/y;
/** Lines of a value in three quotes, in one, or in none, tried in this order. */
const QUOTED_LINES = /'''([^]*?)'''/y;
const QUOTED = /'([^']*)'/y;
const PLAIN = /(?:(?![ \t]*(?:#|\r?\n|$))[^])+/y;
const REST = /[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/y;
const INCLUDE = /[ \t]*include[ \t]+([A-Za-z0-9\-_.*/]+)[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/y;
/** A value that is the content of another file. */
const FROM_FILE = /^\$\(<(.+)\)$/s;

/** Reads a file in the format of `rabbitmq.conf` with the files that it includes. Throws {@linkcode ConfigError}. */
export function readConfFile(path: string, files: ConfigFiles, depth = 0): Setting[] {
  let text: string;
  try {
    text = files.readTextFile(path);
  } catch (error) {
    throw new ConfigError(`The configuration file ${path} can't be read: ${(error as Error).message}`);
  }
  if (depth > INCLUDE_DEPTH_MAX) throw new ConfigError(`${path}: configuration files include each other.`);
  return parseConf(text, path).flatMap((line) => {
    if ("include" in line) {
      return includedFiles(line.include, path, files).flatMap((file) => readConfFile(file, files, depth + 1));
    }
    const [, file] = FROM_FILE.exec(line.value) ?? [];
    return [file === undefined ? line : { ...line, value: contentsOf(file.trim(), path, line.source, files) }];
  });
}

/** A setting, or files whose settings are inserted here. */
type ConfLine = Setting | { readonly include: string };

/**
 * Parses text in the format of `rabbitmq.conf` (RabbitMQ: Configuration): one `key = value` on each line, comments from
 * `#` on, values in single quotes with any characters, and in three of those over several lines.
 */
export function parseConf(text: string, file: string): ConfLine[] {
  const lines: ConfLine[] = [];
  let at = 0;
  let lineNumber = 1;

  /** Skips a match at the current place, and returns it. */
  function take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) {
      at = pattern.lastIndex;
      lineNumber += match[0].split("\n").length - 1;
    }
    return match;
  }

  while (at < text.length) {
    const source = `${file}, line ${lineNumber}`;
    const lineAt = at;
    const key = take(KEY);
    if (key === null) {
      const include = take(INCLUDE);
      if (include !== null) lines.push({ include: include[1] });
      else if (take(REST) === null) throw notALine(source, text, lineAt);
      continue;
    }
    const value = valueOf(take(QUOTED_LINES)) ?? take(QUOTED)?.[1] ?? take(PLAIN)?.[0];
    if (value === undefined) throw new ConfigError(`${source}: ${key[1]} has no value.`);
    if (take(REST) === null) throw notALine(source, text, lineAt);
    lines.push({ key: splitKey(key[1]), value, source });
  }
  return lines;
}

const valueOf = (lines: RegExpExecArray | null): string | undefined => lines?.[1].replace(/^[\r\n]+|[\r\n]+$/g, "");

export const splitKey = (name: string): string[] => name.split(/(?<!\\)\./).map((part) => part.replaceAll("\\.", "."));

function notALine(source: string, text: string, at: number): ConfigError {
  const end = text.indexOf("\n", at);
  const line = text.slice(at, end === -1 ? undefined : end).trim();
  return new ConfigError(`${source}: a line is a key, "=" and a value: received "${line}".`);
}

/** Returns the files of an `include`, relative to the file with it. `*` stands for any part of a name. */
function includedFiles(pattern: string, from: string, files: ConfigFiles): string[] {
  const path = relativeTo(from, pattern);
  const parts = nameOf(path).split("*").map((part) => part.replaceAll(".", "\\."));
  const name = new RegExp(`^${parts.join(".*")}$`);
  return files.listFolder(folderOf(path)).filter((file) => name.test(file)).sort().map((file) => prefixOf(path) + file);
}

function contentsOf(file: string, from: string, source: string, files: ConfigFiles): string {
  try {
    return files.readTextFile(relativeTo(from, file)).replace(/\r?\n$/, "");
  } catch (error) {
    throw new ConfigError(`${source}: the file ${file} can't be read: ${(error as Error).message}`);
  }
}

const relativeTo = (from: string, path: string): string => isAbsolute(path) ? path : prefixOf(from) + path;

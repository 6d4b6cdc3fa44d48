/** Languages of the command line. */
export type Language = "en" | "ru";

/** Variables that name the locale of messages, in POSIX's order: the first that is set and not empty decides. */
const VARIABLES = ["LC_ALL", "LC_MESSAGES", "LANG"] as const;

/** Locale with Russian messages. Text is written in UTF-8, so a locale with another character set has English ones. */
const RUSSIAN = /^ru([_-][a-z]+)?(\.utf-?8)?(@[\w-]+)?$/i;

/** Returns the language that the locale in the environment asks for. */
export function languageOf(environment: (name: string) => string | undefined): Language {
  const locale = VARIABLES.map(environment).find((value) => value !== undefined && value !== "");
  return locale !== undefined && RUSSIAN.test(locale) ? "ru" : "en";
}

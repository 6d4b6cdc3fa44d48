import { languageOf } from "../language.ts";

/** Returns a text of the help in the language of the user, from the English one. */
export type Translate = (english: string) => string;

/** Returns what translates the help into the language of the locale. */
export async function translateFor(environment: (name: string) => string | undefined): Promise<Translate> {
  if (languageOf(environment) === "en") return (english) => english;
  const { RUSSIAN_HELP } = await import("./russian_help.ts");
  return (english) => RUSSIAN_HELP[english];
}

import type { Language } from "../language.ts";
import { Amount, Phrase } from "../../phrase/phrase.ts";

/**
 * Returns a text in the language of the user: of a phrase, or of the English text of a table, such as the description of
 * a command.
 */
export type Say = (text: Phrase | string) => string;

/** Texts in another language, by the English ones. Values of a phrase have numbered places: `{0}`, `{1}`. */
export type Translation = Readonly<Record<string, string>>;

export const ENGLISH: Say = String;

/** Returns what says texts in a language. The translation is loaded when it is wanted. */
export const sayIn = async (language: Language, load: () => Promise<Translation>): Promise<Say> =>
  language === "en" ? ENGLISH : sayBy(await load());

/** Returns what says texts by a translation. It throws for a text that the translation lacks, as tests know all texts. */
export function sayBy(translation: Translation): Say {
  const find = (english: string): string => {
    if (!needsTranslation(english)) return english;
    if (!Object.hasOwn(translation, english)) throw new Error(`There is no translation of: ${english}`);
    return translation[english];
  };
  const say: Say = (text) =>
    text instanceof Phrase
      ? find(text.key).replaceAll(/\{(\d+)\}/g, (_, at) => {
        const value = text.values[Number(at)];
        if (value instanceof Amount) return value.in("ru");
        return value instanceof Phrase ? say(value) : String(value);
      })
      : find(text);
  return say;
}

/** True for texts with words: what has places and signs alone is the same in every language. */
export const needsTranslation = (key: string): boolean => /\p{L}/u.test(key);

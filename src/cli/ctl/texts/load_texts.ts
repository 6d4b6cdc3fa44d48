import type { Language } from "../../language.ts";
import { ENGLISH } from "./english.ts";
import type { HelpTexts } from "./help_texts.ts";

/** Returns the texts in a language. Russian ones are loaded when they are first wanted. */
export const helpTexts = async (language: Language): Promise<HelpTexts> =>
  language === "ru" ? (await import("./russian.ts")).RUSSIAN : ENGLISH;

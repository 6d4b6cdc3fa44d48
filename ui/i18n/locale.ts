import { signal } from "@preact/signals";
import { isLocale, type Locale, matchLocale } from "./locales.ts";
import { readKept, writeKept } from "../state/kept.ts";

const KEPT_AS = "haremq.locale";

const kept = readKept(KEPT_AS);

/** Language of the page. */
export const locale = signal<Locale>(isLocale(kept) ? kept : matchLocale(navigator.languages));

/** Changes the language, and keeps it for the next visit. */
export function changeLocale(next: Locale): void {
  locale.value = next;
  writeKept(KEPT_AS, next);
}

/** Returns a function that returns the texts in the language of the page. A text that lacks is an error of its type. */
export const translated = <Texts>(texts: { readonly [Name in Locale]: Texts }): () => Texts => () =>
  texts[locale.value];

/** Languages of the page, with their own names. */
export const LOCALES = { en: "English", ru: "Русский" } as const;

export type Locale = keyof typeof LOCALES;

export const isLocale = (name: string | null): name is Locale => name !== null && Object.hasOwn(LOCALES, name);

/** Returns the first of the wanted languages that there is; English when there is none. */
export function matchLocale(wanted: readonly string[]): Locale {
  const names = wanted.map((name) => name.toLowerCase().split("-")[0]);
  return names.find(isLocale) ?? "en";
}

/** Forms of a word for a number: English has `one` and `other`, Russian `one`, `few` and `many` too. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

const rules = new Map<Locale, Intl.PluralRules>();

/** Returns the form of a word for a number. */
export function plural(locale: Locale, count: number, forms: Forms): string {
  let rule = rules.get(locale);
  if (rule === undefined) rules.set(locale, rule = new Intl.PluralRules(locale));
  return forms[rule.select(count)] ?? forms.other;
}

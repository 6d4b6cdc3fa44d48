import { effect, signal } from "@preact/signals";
import { readKept, writeKept } from "./kept.ts";

const KEPT_AS = "haremq.theme";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = typeof THEMES[number];

const isTheme = (name: string | null): name is Theme => THEMES.some((theme) => theme === name);

const kept = readKept(KEPT_AS);

/** Colours of the page. */
export const theme = signal<Theme>(isTheme(kept) ? kept : "auto");

/** Applies the theme to the document, now and after each change. */
export function applyTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    writeKept(KEPT_AS, theme.value);
  });
}

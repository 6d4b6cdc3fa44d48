import { computed } from "@preact/signals";
import { locale } from "../i18n/locale.ts";
import { Formatter } from "./formatter.ts";

const formatter = computed(() => new Formatter(locale.value));

/** Returns what writes numbers, sizes and times in the language of the page. */
export const format = (): Formatter => formatter.value;

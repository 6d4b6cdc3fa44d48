import { translated } from "../../i18n/locale.ts";
import { en } from "./en.ts";
import { ru } from "./ru.ts";

export const topologyTexts = translated({ en, ru });

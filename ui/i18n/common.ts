import { en } from "./common_en.ts";
import { ru } from "./common_ru.ts";
import { translated } from "./locale.ts";

/** Returns the texts of the shell and of components. */
export const common = translated({ en, ru });

import { translated } from "../i18n/locale.ts";

const en = {
  groups: { tools: "Tools", admin: "Admin" },
  version: (version: string) => `HareMQ ${version}`,
};

const ru: typeof en = {
  groups: { tools: "Инструменты", admin: "Администрирование" },
  version: (version) => `HareMQ ${version}`,
};

/** Returns the texts of navigation and top bar. */
export const shellTexts = translated({ en, ru });

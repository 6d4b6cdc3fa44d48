import type { ClusterTexts } from "./en.ts";

export const ru: ClusterTexts = {
  title: "Имя кластера",
  name: "Имя",
  hint: "Оно стоит вверху этой страницы, в выгруженных определениях и среди свойств, которые получают клиенты.",
  rename: "Изменить имя",
  renamed: (name) => `Теперь кластер называется ${name}.`,
};

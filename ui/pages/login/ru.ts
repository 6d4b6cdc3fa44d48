import type { LoginTexts } from "./en.ts";

export const ru: LoginTexts = {
  name: "Имя",
  password: "Пароль",
};

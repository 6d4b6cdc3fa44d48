export const en = {
  name: "Name",
  password: "Password",
};

export type LoginTexts = typeof en;

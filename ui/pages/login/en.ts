export const en = {
  name: "Name",
  password: "Password",
  logInWith: (label: string) => `Log in with ${label}`,
  orPassword: "or by name and password",
  orProvider: "or at a provider",
  endSession: "Log out at the provider",
  expired: "Your login has expired. Log in again.",
  state: "This answer does not belong to a login that was begun in this tab. Log in again, and stay in this tab.",
  issuer: "The answer comes from another provider than the one where the login was begun. Log in again.",
  provider: (reason: string) => `The provider refuses the login: ${reason}`,
  unreachable: "The provider can't be reached, or does not answer as it must. Try again; the broker's log says more.",
  token: "The broker does not accept the token of this login. Its log says why.",
  tag: "You may not use this page: your token needs a scope for a tag, such as rabbitmq.tag:management.",
  idpInitiated: "The broker accepts no tokens from a portal. Log in here.",
};

export type LoginTexts = typeof en;

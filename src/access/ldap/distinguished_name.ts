/** Values of a pattern's variables, such as `${username}`. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Escapes a value for a distinguished name (RFC 4514). */
export const escapeValue = (value: string): string =>
  value.replace(/[,+"\\<>;\0]/g, "\\$&").replace(/(?<!^) $/, "\\ ").replace(/^[ #]/, "\\$&");

/** Replaces the variables of a pattern by their values, all at once: values are not searched for further variables. */
export const fill = (pattern: string, variables: Variables): string =>
  pattern.replace(
    /\$\{([\w.]+)\}/g,
    (whole, name: string) => Object.hasOwn(variables, name) && variables[name] !== undefined ? variables[name] : whole,
  );

/** Splits the name of a user of Active Directory, `domain\name`, into variables. */
export function activeDirectoryVariables(username: string): Variables {
  const at = username.indexOf("\\");
  const [domain, user] = [username.slice(0, at), username.slice(at + 1)];
  return at > 0 && user !== "" ? { ad_domain: domain, ad_user: user } : {};
}

/**
 * Fills a pattern of a distinguished name. Values are escaped, except `user_dn`, which is a whole name. The backslash
 * in the name of an Active Directory user stays.
 */
export function fillName(pattern: string, username: string, others: Variables = {}): string {
  const { ad_domain: domain, ad_user: user } = safeActiveDirectoryVariables(username);
  const escaped: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(others)) {
    escaped[name] = value === undefined || name === "user_dn" ? value : escapeValue(value);
  }
  if (domain === undefined || user === undefined) return fill(pattern, { ...escaped, username: escapeValue(username) });
  const [safeDomain, safeUser] = [escapeValue(domain), escapeValue(user)];
  const both = `${safeDomain}\\${safeUser}`;
  return fill(pattern, { ...escaped, username: both, ad_domain: safeDomain, ad_user: safeUser });
}

/** Returns no variables when the name behind the backslash would change the meaning of the whole. */
function safeActiveDirectoryVariables(username: string): Variables {
  const variables = activeDirectoryVariables(username);
  const { ad_user: user = "" } = variables;
  return user.includes("\\") || escapeValue(user).startsWith("\\") ? {} : variables;
}

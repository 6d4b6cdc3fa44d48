/** What the variables of a pattern, such as `${username}`, stand for. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A value as it may stand in a distinguished name (RFC 4514), where it is nothing but a value. */
export const escapeValue = (value: string): string =>
  value.replace(/[,+"\\<>;\0]/g, "\\$&").replace(/(?<!^) $/, "\\ ").replace(/^[ #]/, "\\$&");

/** Puts values in the place of variables, all at once: a value is not looked through for further ones. */
export const fill = (pattern: string, variables: Variables): string =>
  pattern.replace(
    /\$\{([\w.]+)\}/g,
    (whole, name: string) => Object.hasOwn(variables, name) && variables[name] !== undefined ? variables[name] : whole,
  );

/** The domain and the name of a user of Active Directory, `domain\name`. */
export function activeDirectoryVariables(username: string): Variables {
  const at = username.indexOf("\\");
  const [domain, user] = [username.slice(0, at), username.slice(at + 1)];
  return at > 0 && user !== "" ? { ad_domain: domain, ad_user: user } : {};
}

/**
 * Fills a pattern that is a distinguished name. Values are escaped, but for `user_dn`, which is a whole name. In that of a
 * user of Active Directory the backslash in the middle stays.
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

/** None where the name behind the backslash would change what that means. */
function safeActiveDirectoryVariables(username: string): Variables {
  const variables = activeDirectoryVariables(username);
  const { ad_user: user = "" } = variables;
  return user.includes("\\") || escapeValue(user).startsWith("\\") ? {} : variables;
}

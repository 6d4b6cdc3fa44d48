import type { Config } from "../config/config.ts";
import { ConfigError } from "../config/config_error.ts";
import type { OAuthLoginOptions } from "../http/oauth/oauth_options.ts";
import { type AccessRuntime, oauth2Options } from "./access.ts";

/**
 * Returns the options of logins to the management page by OAuth 2; `undefined` unless `management.oauth_enabled` is true.
 * Throws {@linkcode ConfigError} when a file can't be read.
 */
export function configuredOAuthLogin(config: Config, runtime: AccessRuntime): OAuthLoginOptions | undefined {
  const { oauth_enabled: isEnabled, ...keys } = config.management ?? {};
  if (isEnabled !== true) return undefined;
  try {
    const own = Object.fromEntries(Object.entries(keys).filter(([name]) => name.startsWith("oauth_")));
    return { ...own, auth_oauth2: oauth2Options(config.authOAuth2 ?? {}, runtime) };
  } catch (error) {
    throw error instanceof ConfigError ? error : new ConfigError(`${(error as Error).message}.`);
  }
}

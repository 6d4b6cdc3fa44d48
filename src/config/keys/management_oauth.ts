import { readBoolean, readName } from "../value.ts";
import type { Effect, Effects } from "./effect.ts";
import { optionKeys, type Reader, type WithOptions } from "./option_keys.ts";

type Draft = WithOptions<"management">;

type Options = Readonly<Record<string, readonly [help: string, read?: Reader, fallback?: string]>>;

/** Reads the address of a provider, where a browser is sent. */
function readProviderAddress(text: string): string {
  const { protocol } = URL.canParse(text) ? new URL(text) : { protocol: "" };
  if (protocol === "https:" || protocol === "http:") return text;
  throw new RangeError(`This is an address such as https://login.example: received "${text}".`);
}

/** Options of the login at each resource server, and of all of them. */
const RESOURCE_SERVER: Options = {
  oauth_provider_url: ["address of the provider, in place of its issuer's", readProviderAddress],
  oauth_metadata_url: ["address of the provider's metadata", readProviderAddress],
  oauth_client_id: ["name of the page at the provider"],
  oauth_client_secret: ["secret of that client, which never reaches the browser"],
  oauth_scopes: ["scopes that a login asks for, separated by spaces", String, "openid profile"],
  oauth_initiated_logon_type: [
    "sp_initiated: logins begin at the page; idp_initiated: the provider brings people to it",
    (text) => readName(text, ["sp_initiated", "idp_initiated"]),
    "sp_initiated",
  ],
  "oauth_authorization_endpoint_params.$name": ["further parameters of the request for a login"],
  "oauth_token_endpoint_params.$name": ["further parameters of the request for tokens"],
};

/** The only flow: others put tokens into addresses. */
const RESPONSE_TYPE: Effect<Draft> = {
  help: "code: logins are those of OAuth 2 by a code, with PKCE",
  default: "code",
  apply: (_, value) => value === "code" ? undefined : "HareMQ's page logs in by a code only",
};

const ofEach = (options: Options): Options =>
  Object.fromEntries(
    Object.entries(options).map(([name, [help, read]]) => [`oauth_resource_servers.$name.${name}`, [help, read]]),
  );

/** Login to the management page by OAuth 2. */
export const MANAGEMENT_OAUTH: Effects<Draft> = {
  ...optionKeys("management", "management", {
    oauth_enabled: ["whether people log in to the page by OAuth 2", readBoolean, "false"],
    oauth_disable_basic_auth: ["whether the page then offers no login by name and password", readBoolean, "true"],
    ...RESOURCE_SERVER,
    ...ofEach(RESOURCE_SERVER),
    "oauth_resource_servers.$name.id": ["its name in auth_oauth2.*, if that differs"],
    "oauth_resource_servers.$name.label": ["its name on the page"],
    "oauth_resource_servers.$name.disabled": ["whether the page does not offer it", readBoolean, "false"],
  }),
  "management.oauth_response_type": RESPONSE_TYPE,
  "management.oauth_resource_servers.$name.oauth_response_type": RESPONSE_TYPE,
};

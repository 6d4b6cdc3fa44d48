/**
 * An OpenID provider for tests: `node openid_provider.mjs MODULE CERTIFICATES PORT`. Clients `hare` and `tortoise` get
 * tokens for https://rabbit.example/ and https://elsewhere.example/, which are valid for the seconds behind the last
 * slash; those of `tortoise` have fewer scopes.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:https";

const [module, certificates, port] = process.argv.slice(2);
const { default: Provider } = await import(module);

const client = (id, scope) => ({
  client_id: id,
  client_secret: `secret-of-${id}`,
  grant_types: ["client_credentials"],
  redirect_uris: [],
  response_types: [],
  scope,
});
const ALL = "rabbit.configure:*/* rabbit.write:*/* rabbit.read:*/* rabbit.tag:management";
const FEW = "rabbit.configure:*/tortoise* rabbit.read:*/tortoise*";

const issuer = `https://localhost:${port}`;
const provider = new Provider(issuer, {
  clients: [client("hare", ALL), client("tortoise", FEW)],
  scopes: `${ALL} ${FEW}`.split(" "),
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, resource, { clientId }) => ({
        audience: new URL(resource).hostname.split(".")[0],
        scope: clientId === "hare" ? ALL : FEW,
        accessTokenFormat: "jwt",
        accessTokenTTL: Number(new URL(resource).pathname.slice(1)),
        jwt: { sign: { alg: "RS256" } },
      }),
    },
  },
  ttl: { ClientCredentials: (_, { resourceServer }) => resourceServer.accessTokenTTL },
});
const pem = (name) => readFileSync(`${certificates}/${name}`);
const server = createServer({ cert: pem("server.pem"), key: pem("server.key") }, provider.callback());
server.listen(Number(port), "127.0.0.1", () => console.log("ready"));

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";
import { ConfiguredBroker } from "./configured_broker.ts";

const OPENSSL = "/usr/bin/openssl";

if (existsSync(OPENSSL)) {
  describe("servers with certificates of a private authority", () => {
    let folder: string;
    let server: Server;
    let broker: ConfiguredBroker;
    let privateKey: CryptoKey;

    before(async () => {
      folder = await mkdtemp(`${tmpdir()}/haremq-authority-`);
      const openssl = (...args: readonly string[]) => execFileSync(OPENSSL, args, { cwd: folder, stdio: "ignore" });
      const request = (
        name: string,
      ) => ["-newkey", "rsa:2048", "-nodes", "-keyout", `${name}.key`, "-out", `${name}.pem`];
      openssl("req", "-x509", "-days", "2", "-subj", "/CN=Private Authority", ...request("authority"));
      await writeFile(`${folder}/extensions`, "subjectAltName = DNS:localhost");
      openssl("req", "-subj", "/CN=localhost", ...request("request"));
      const authority = [
        "-CA",
        "authority.pem",
        "-CAkey",
        "authority.key",
        "-CAcreateserial",
        "-extfile",
        "extensions",
      ];
      openssl("x509", "-req", "-in", "request.pem", "-out", "cert.pem", "-days", "2", ...authority);
      const [cert, key] = await Promise.all(
        ["cert.pem", "request.key"].map((name) => readFile(`${folder}/${name}`, "utf8")),
      );

      const pair = await generateKeyPair("RS256", { extractable: true });
      privateKey = pair.privateKey;
      const keys = JSON.stringify({ keys: [{ ...await exportJWK(pair.publicKey), kid: "one" }] });
      const address = () => `https://localhost:${(server.address() as AddressInfo).port}`;
      server = createServer({ cert, key }, ({ url }, response) => {
        const path = url!.split("?")[0];
        if (path === "/keys") response.end(keys);
        else if (path.endsWith("openid-configuration")) response.end(JSON.stringify({ jwks_uri: `${address()}/keys` }));
        else response.end("allow");
      });
      await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
      const provider = (name: string, ...options: readonly string[]) => [
        `auth_oauth2.resource_servers.${name}.oauth_provider_id = ${name}`,
        ...options.map((option) => `auth_oauth2.oauth_providers.${name}.${option}`),
      ];
      broker = await ConfiguredBroker.start([
        "auth_backends.1 = oauth2",
        "auth_backends.2 = http",
        "auth_http.http_method = post",
        ...["user", "vhost", "resource", "topic"].map((path) => `auth_http.${path}_path = ${address()}/${path}`),
        `auth_http.ssl_options.cacertfile = ${folder}/authority.pem`,
        "auth_oauth2.resource_server_id = root",
        `auth_oauth2.jwks_uri = ${address()}/keys`,
        `auth_oauth2.https.cacertfile = ${folder}/authority.pem`,
        ...provider("known", `issuer = ${address()}`, `https.cacertfile = ${folder}/authority.pem`),
        ...provider("unknown", `jwks_uri = ${address()}/keys`),
      ]);
    });
    after(async () => {
      await broker.close();
      server.close();
      server.closeAllConnections();
      await rm(folder, { recursive: true });
    });

    const sign = (aud: string) =>
      new SignJWT({ aud, sub: "carrot", exp: Math.floor(Date.now() / 1000) + 600, scope: `${aud}.read:*/*` })
        .setProtectedHeader({ alg: "RS256", kid: "one" }).sign(privateKey);

    it("provide keys when the authority's certificate is configured", async () => {
      for (const aud of ["root", "known"]) {
        await using client = await broker.open({ user: "", password: await sign(aud) });
        await client.request(1, "basic.qos", { prefetchCount: 1 });
      }
    });

    it("decide about logins when the authority's certificate is configured", async () => {
      await using client = await broker.open({ user: "carrot", password: "crunch" });
      await client.request(1, "queue.declare", { exclusive: true });
    });

    it("provide no keys without it, so tokens of that provider are refused", async () => {
      // The next backend accepts any password.
      await using client = await broker.open({ user: "carrot", password: await sign("unknown") });
      await client.request(1, "basic.qos", { prefetchCount: 1 });
      await broker.haremq.line(/failed to download signing keys: request to https:\/\/localhost:\d+\/keys failed/);
      await broker.haremq.line(/oauth2 refused a login of user 'carrot': .*there is no signing key 'one'/);
    });
  });
}

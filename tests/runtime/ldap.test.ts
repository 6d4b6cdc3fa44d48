import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import { LdapBackend, type LdapBackendOptions } from "../../src/access/ldap/ldap_backend.ts";
import { ldapOpener, type LdapServerOptions } from "../../src/runtime/ldap.ts";

const peer = { isLoopback: false };
const context = { peer };
const clock = {
  now: () => performance.now(),
  time: () => Date.now(),
  after(delayMs: number, callback: () => void) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** OpenLDAP's server, if it is installed (Debian: slapd and ldap-utils). */
const SLAPD = "/usr/sbin/slapd";

const CONFIGURATION = (folder: string) => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
TLSCertificateFile ${folder}/cert.pem
TLSCertificateKeyFile ${folder}/key.pem
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
suffix "dc=example,dc=org"
rootdn "cn=admin,dc=example,dc=org"
rootpw admin
directory ${folder}/db
`;

const ENTRIES = `
dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: ou=people,dc=example,dc=org
objectClass: organizationalUnit
ou: people

dn: ou=groups,dc=example,dc=org
objectClass: organizationalUnit
ou: groups

dn: cn=carrot,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
cn: carrot
sn: Carrot
mail: carrot@example.org
description: orders
description: invoices
userPassword: crunch

dn: cn=x\\,y (z)*,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
cn: x,y (z)*
sn: Strange
userPassword: strange

dn: cn=admins,ou=groups,dc=example,dc=org
objectClass: groupOfNames
cn: admins
member: cn=carrot,ou=people,dc=example,dc=org

dn: cn=all,ou=groups,dc=example,dc=org
objectClass: groupOfNames
cn: all
member: cn=admins,ou=groups,dc=example,dc=org
`;

/** Returns a port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const OPTIONS: LdapBackendOptions = {
  user_dn_pattern: "cn=${username},ou=people,dc=example,dc=org",
  group_lookup_base: "ou=groups,dc=example,dc=org",
  queries: {
    vhost_access: `{in_group_nested, "cn=all,ou=groups,dc=example,dc=org"}`,
    resource_access: `{match, {attribute, "\${user_dn}", "description"}, "^\${name}$"}`,
    tags: `[{administrator, {in_group, "cn=admins,ou=groups,dc=example,dc=org"}}]`,
  },
};

if (existsSync(SLAPD)) {
  let folder: string;
  let slapd: ChildProcess;
  let servers: LdapServerOptions;
  let securePort: number;

  before(async () => {
    folder = await mkdtemp(`${tmpdir()}/haremq-ldap-`);
    await mkdir(`${folder}/db`);
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    const files = ["-keyout", `${folder}/key.pem`, "-out", `${folder}/cert.pem`];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...files, ...subject], {
      stdio: "ignore",
    });
    await writeFile(`${folder}/slapd.conf`, CONFIGURATION(folder));
    await writeFile(`${folder}/entries.ldif`, ENTRIES);
    const port = await freePort();
    securePort = await freePort();
    servers = { servers: ["127.0.0.1"], port, timeout: 5000 };
    const addresses = `ldap://127.0.0.1:${port}/ ldaps://127.0.0.1:${securePort}/`;
    slapd = spawn(SLAPD, ["-f", `${folder}/slapd.conf`, "-h", addresses, "-d", "0"], { stdio: "ignore" });
    const admin = ["-x", "-H", `ldap://127.0.0.1:${port}`, "-D", "cn=admin,dc=example,dc=org", "-w", "admin"];
    for (let attempt = 0;; attempt++) {
      try {
        execFileSync("ldapadd", [...admin, "-c", "-f", `${folder}/entries.ldif`], { stdio: "ignore" });
        break;
      } catch (error) {
        if (attempt === 50) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  });
  after(async () => {
    slapd.kill();
    await rm(folder, { recursive: true });
  });

  const backendAt = (options: LdapServerOptions, more: LdapBackendOptions = {}) =>
    new LdapBackend({ ...OPTIONS, idle_timeout: 100, ...more }, ldapOpener(options), clock);
  const logIn = (backend: LdapBackend, username = "carrot", password = "crunch") =>
    backend.authenticate({ username, password, peer });

  describe("a directory of OpenLDAP", () => {
    it("decides who may log in, with which tags, and what a user may do", async () => {
      const backend = backendAt(servers);
      const user = await logIn(backend);
      assert.ok("name" in user);
      assert.deepEqual(user.tags, ["administrator"]);
      assert.equal(await backend.mayOpen(user, "/", context), true);
      const queue = (name: string) => ({ vhost: "/", kind: "queue", name }) as const;
      assert.equal(await backend.may(user, "read", queue("orders"), context), true);
      assert.equal(await backend.may(user, "read", queue("payments"), context), false);
      for (const [name, password] of [["carrot", "munch"], ["nobody", "crunch"], ["carrot", ""]]) {
        assert.ok("refused" in await logIn(backend, name, password), `${name} ${password}`);
      }
      await assert.rejects(logIn(backend, "", "crunch"), { name: "InvalidDNSyntaxError" });
    });

    it("accepts names with characters that have a meaning in names and filters", async () => {
      const lookup = {
        dn_lookup_attribute: "cn",
        dn_lookup_base: "ou=people,dc=example,dc=org",
        dn_lookup_bind: { user_dn: "cn=admin,dc=example,dc=org", password: "admin" },
        user_dn_pattern: "${username}",
      };
      for (const options of [{}, lookup]) {
        const backend = backendAt(servers, options);
        assert.ok("name" in await logIn(backend, "x,y (z)*", "strange"));
        for (const name of ["*", "x*", "carrot)(cn=*", "carrot,ou=people,dc=example,dc=org", "carrot\0"]) {
          assert.ok("refused" in await logIn(backend, name, "crunch").catch(() => ({ refused: "failed" })), name);
        }
      }
    });

    it("is reached by TLS, or by STARTTLS, if its certificate is known", async () => {
      const cacertfile = await readFile(`${folder}/cert.pem`, "utf8");
      const secure = { ...servers, port: securePort, use_ssl: true };
      const starting = { ...servers, use_starttls: true };
      for (const options of [secure, starting]) {
        for (const server of ["localhost", "127.0.0.1"]) {
          const known = backendAt({ ...options, servers: [server], tls: { ca: cacertfile } });
          assert.ok("name" in await logIn(known), server);
        }
        await assert.rejects(logIn(backendAt({ ...options, servers: ["localhost"] })), /self.signed certificate/);
        const unverified = { ...options, tls: { verifies: "nothing" } } as const;
        assert.ok("name" in await logIn(backendAt(unverified)));
      }
    });

    it("is looked for at each server in turn", async () => {
      assert.ok("name" in await logIn(backendAt({ ...servers, servers: ["127.0.0.2", "127.0.0.1"] })));
      await assert.rejects(logIn(backendAt({ ...servers, port: 1 })), /ECONNREFUSED|refused/i);
      await assert.rejects(logIn(backendAt({ ...servers, servers: [] })), /no LDAP servers/);
    });

    it("is given up when it hangs", async () => {
      const silent = createServer(() => {});
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
      const { port } = silent.address() as AddressInfo;
      await assert.rejects(logIn(backendAt({ ...servers, port }, { timeout: 200 })), /within 200 ms/);
      silent.close();
    });
  });
}

describe("a malicious LDAP server", () => {
  /** A server that answers each request with the bytes that a test generates, until there are no more. */
  async function lying(answers: () => Iterable<Uint8Array>) {
    let sentBytes = 0;
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", async () => {
        for (const bytes of answers()) {
          if (socket.destroyed) return;
          sentBytes += bytes.length;
          if (!socket.write(bytes)) {
            await new Promise<void>((resolve) => {
              for (const event of ["drain", "close"]) socket.removeAllListeners(event).once(event, resolve);
            });
          }
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return { port, sentBytes: () => sentBytes, close: () => server.close() };
  }

  const message = (...bytes: number[]) => Uint8Array.of(0x30, bytes.length, ...bytes);
  /** An entry without attributes, which answers the first request. */
  const entry = message(0x02, 0x01, 0x01, 0x64, 0x04, 0x04, 0x00, 0x30, 0x00);
  const repeated = (bytes: Uint8Array, count: number) =>
    Uint8Array.from({ length: bytes.length * count }, (_, at) => bytes[at % bytes.length]);
  function* endlessly(bytes: Uint8Array) {
    for (;;) yield bytes;
  }

  const TOO_LONG = /answer of the LDAP server: it is longer than 1048576 bytes/;
  const NONE = /no answer from the LDAP server within 1000 ms/;
  const ANSWERS: Readonly<Record<string, readonly [answers: () => Iterable<Uint8Array>, reason: RegExp]>> = {
    "with what is no LDAP": [
      () => [new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\n<html>"), new Uint8Array(100_000)],
      NONE,
    ],
    "with what is no LDAP, without end": [() => endlessly(new Uint8Array(65_536).fill(0xff)), TOO_LONG],
    "with a message of one gigabyte": [function* () {
      yield Uint8Array.of(0x30, 0x84, 0x40, 0x00, 0x00, 0x00);
      yield* endlessly(new Uint8Array(65_536));
    }, TOO_LONG],
    "with entries without end": [() => endlessly(repeated(entry, 5000)), TOO_LONG],
    "with a hundred thousand messages at once": [
      () => [repeated(message(0x02, 0x01, 0x01, 0x78, 0x00), 100_000)],
      NONE,
    ],
  };
  for (const [how, [answers, reason]] of Object.entries(ANSWERS)) {
    it(`${how} lets nobody in, and is read no further`, async () => {
      const { port, sentBytes, close } = await lying(answers);
      const options = { servers: ["127.0.0.1"], port, timeout: reason === NONE ? 60_000 : 20_000 };
      const backend = new LdapBackend(
        { ...OPTIONS, timeout: reason === NONE ? 1000 : 20_000 },
        ldapOpener(options),
        clock,
      );
      await assert.rejects(
        async () => {
          const login = await backend.authenticate({ username: "carrot", password: "crunch", peer });
          if ("refused" in login) throw new Error(login.refused);
        },
        reason,
      );
      // Socket buffers of the operating system come on top.
      assert.ok(sentBytes() < 32 * 1024 * 1024, `${sentBytes()} bytes were sent`);
      close();
    });
  }
});

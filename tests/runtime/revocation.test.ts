import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { connect, type ConnectionOptions } from "node:tls";
import { runtime } from "../../src/runtime/current.ts";
import type { PemFile, TlsOptions } from "../../src/runtime/runtime.ts";
import { clientOptions, file, OPTIONS, TlsServer } from "./tls_server.ts";

const CURRENT = ["authority", "below", "listed_below"].map((name) => file(`lists/${name}.r0`));

const lookingUp = (check: TlsOptions["crl_check"], lists: readonly PemFile[]): Partial<TlsOptions> => ({
  cacertfile: file("listing_authority.pem"),
  verify: "verify_peer",
  fail_if_no_peer_cert: true,
  crl_check: check,
  lists,
});

/** Connects with a certificate, and returns the reason for a refusal, or the name of the accepted client. */
async function outcomeFor(server: TlsServer, certificate: string, options: ConnectionOptions = {}): Promise<string> {
  const socket = connect({ ...clientOptions(server.port, certificate), ...options });
  socket.on("error", () => {});
  const outcome = await server.next();
  socket.destroy();
  return "reason" in outcome ? outcome.reason : `accepted ${outcome.tls!.peerCertificate?.subject}`;
}

const CLIENTS = ["client_unlisted", "client_listed", "client_below", "client_below_listed", "client_pointed"];
const ACCEPTED = CLIENTS.map((name) => `accepted CN=${name}`);
const REVOKED = "peer's certificate was revoked";
const UNKNOWN = "no current revocation list in ssl_options.crl_sources tells about peer's certificate";
const AUTHORITY_REVOKED = "the certificate of an authority of the peer's was revoked";
const AUTHORITY_UNKNOWN =
  "no current revocation list in ssl_options.crl_sources tells about the certificate of an authority of the peer's";

/** What the clients are answered, in their order. */
const OUTCOMES: readonly (readonly [what: string, Partial<TlsOptions>, outcomes: readonly string[]])[] = [
  ["none are looked up", lookingUp(undefined, CURRENT), ACCEPTED],
  ["crl_check = peer", lookingUp("peer", CURRENT), [ACCEPTED[0], REVOKED, ACCEPTED[2], ACCEPTED[3]]],
  ["crl_check = true", lookingUp("true", CURRENT), [ACCEPTED[0], REVOKED, ACCEPTED[2], AUTHORITY_REVOKED]],
  ["best_effort", lookingUp("best_effort", CURRENT), [ACCEPTED[0], REVOKED, ACCEPTED[2], AUTHORITY_REVOKED]],
  ["there are no lists", lookingUp("peer", []), [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]],
  ["best_effort without lists", lookingUp("best_effort", []), ACCEPTED],
  [
    "the list of an authority below is missing",
    lookingUp("true", CURRENT.slice(1)),
    [UNKNOWN, UNKNOWN, AUTHORITY_UNKNOWN, AUTHORITY_UNKNOWN],
  ],
  ["a list is late", lookingUp("peer", [file("late_lists/authority.r0")]), [UNKNOWN, REVOKED, UNKNOWN, UNKNOWN]],
  [
    "best_effort with a late list",
    lookingUp("best_effort", [file("late_lists/authority.r0")]),
    [ACCEPTED[0], REVOKED, ACCEPTED[2], ACCEPTED[3]],
  ],
  [
    "a list is about authorities only",
    lookingUp("true", [...CURRENT.slice(1), file("scoped_lists/authority.r0")]),
    [UNKNOWN, REVOKED, ACCEPTED[2], ACCEPTED[3]],
  ],
  [
    "a list is about certificates that name its address",
    lookingUp("peer", [file("pointed_lists/a.r0")]),
    [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, "accepted CN=client_pointed"],
  ],
  [
    "a list is about certificates that name another address",
    lookingUp("peer", [file("pointed_lists/b.r0")]),
    [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN],
  ],
  [
    "an authority of the same name has signed a list",
    lookingUp("peer", [file("forged_lists/authority.r0")]),
    [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN],
  ],
];

describe("a TLS listener with revocation lists", () => {
  for (const [what, options, outcomes] of OUTCOMES) {
    it(`accepts or refuses certificates where ${what}`, async () => {
      const server = await TlsServer.start(options);
      for (const [at, outcome] of outcomes.entries()) {
        assert.equal(await outcomeFor(server, CLIENTS[at]), outcome, CLIENTS[at]);
        assert.equal(await outcomeFor(server, CLIENTS[at], { maxVersion: "TLSv1.2" }), outcome, CLIENTS[at]);
      }
      server.close();
    });
  }

  it("looks certificates of resumed sessions up, too, in the lists of the moment", async () => {
    const server = await TlsServer.start(lookingUp("best_effort", []));
    const options = { ...clientOptions(server.port, "client_listed"), maxVersion: "TLSv1.2" as const };
    const first = connect(options);
    first.on("error", () => {});
    const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
    first.once("session", resolve).once("close", () => resolve(undefined));
    const session = await promise ?? first.getSession();
    assert.ok("tls" in await server.next());
    first.destroy();
    const resumed = { maxVersion: "TLSv1.2" as const, session };
    assert.equal(await outcomeFor(server, "client_listed", resumed), "accepted CN=client_listed");
    server.listener.use({ ...server.options, lists: [] });
    assert.equal(await outcomeFor(server, "client_listed", resumed), "accepted CN=client_listed");
    server.listener.use({ ...server.options, lists: CURRENT });
    assert.equal(await outcomeFor(server, "client_listed", resumed), REVOKED);
    server.close();
  });

  it("can't be made with a list that is malformed, or whose signature can't be verified", () => {
    const { path, text } = CURRENT[0];
    const [, base64] = /CRL-----([^-]+)/.exec(text)!;
    const bytes = Buffer.from(base64, "base64");
    const fileWith = (der: Uint8Array): PemFile => ({
      path,
      text: `${CURRENT[1].text}-----BEGIN X509 CRL-----\n${
        Buffer.from(der).toString("base64")
      }\n-----END X509 CRL-----\n`,
    });
    const problemOf = (der: Uint8Array) => () =>
      runtime.checkTls({ ...OPTIONS, ...lookingUp("peer", [fileWith(der)]) } as TlsOptions);
    problemOf(bytes)();
    assert.throws(problemOf(bytes.subarray(0, -1)), {
      message: `ssl_options.crl_sources: list 2 in ${path} is malformed.`,
    });
    // ECDSA with SHA-224 in place of SHA-256.
    const other = Buffer.from(bytes.toString("hex").replaceAll("2a8648ce3d040302", "2a8648ce3d040301"), "hex");
    assert.throws(problemOf(other), {
      message:
        `ssl_options.crl_sources: list 2 in ${path} has a signature that can't be verified, of algorithm 1.2.840.10045.4.3.1.`,
    });
    runtime.checkTls({ ...OPTIONS, ...lookingUp("peer", [{ path, text: "no list" }]) } as TlsOptions);
  });
});

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { execFile } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import process from "node:process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { connect as tlsConnect, type ConnectionOptions } from "node:tls";
import type { TlsOptions } from "../../src/runtime/runtime.ts";
import { runtime } from "../../src/runtime/current.ts";
import { TrustedProxies } from "../../src/transport/trusted_proxies.ts";
import { pem } from "../certificates/certificates.ts";
import { v1, v2 } from "../transport/proxy_headers.ts";

import { clientOptions, connectTls, file, TlsServer } from "./tls_server.ts";

const MUTUAL: Partial<TlsOptions> = {
  cacertfile: file("authority.pem"),
  verify: "verify_peer",
  fail_if_no_peer_cert: true,
};

const RUN = runtime.name === "Deno" ? ["run", "-A", "--no-check"] : [];
const MANY_HANDSHAKES = fileURLToPath(new URL("many_handshakes.ts", import.meta.url));

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));

/** First bytes of clients that runtimes can't be: by OpenSSL 3.0, for TLS 1.1 and for an unknown cipher of TLS 1.2. */
const HELLO = {
  tls11: bytesOf(
    "16030100910100008d03028b452d9d60769101755b228383b60caa6b5be8ca19997bc92bd23e909e3dda7f00002ec00ac0140039003800880087c0" +
      "19003a0089c009c0130033003200450044c0180034004600350084002f004100ff010000360000000e000c0000096c6f63616c686f7374000b0004" +
      "03000102000a000c000a001d0017001e00190018002300000016000000170000",
  ),
  camellia: bytesOf(
    "160301007d010000790303e0f4ee15d7959f45c7bcfad92fa3565b59d28124845b7fe859edbb9689ac7588000004004100ff0100004c0000000e00" +
      "0c0000096c6f63616c686f7374002300000016000000170000000d002a0028040305030603080708080809080a080b080408050806040105010601" +
      "030303010302040205020602",
  ),
};

/** Connects without TLS, sends bytes, and returns the answer until the connection ends. */
async function send(port: number, ...chunks: Uint8Array[]): Promise<Uint8Array> {
  const socket = net.connect(port, "127.0.0.1");
  const received: Uint8Array[] = [];
  socket.on("data", (chunk: Uint8Array) => received.push(chunk)).on("error", () => {});
  const closed = new Promise((resolve) => socket.once("close", resolve));
  for (const chunk of chunks) {
    socket.write(chunk);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await closed;
  return new Uint8Array(Buffer.concat(received));
}

/** Connects with a certificate, and returns the reason for a refusal, or the result. */
async function outcomeFor(server: TlsServer, certificate?: string, options: ConnectionOptions = {}): Promise<string> {
  const socket = tlsConnect({ ...clientOptions(server.port, certificate), ...options });
  socket.on("error", () => {});
  const outcome = await server.next();
  socket.destroy();
  return "reason" in outcome ? outcome.reason : `accepted ${outcome.tls!.peerCertificate?.subject}`;
}

describe("a TLS listener", () => {
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    it(`accepts ${version} clients, and those that ask for its name`, async () => {
      const server = await TlsServer.start();
      const options = { ...clientOptions(server.port), minVersion: version, maxVersion: version };
      const [transport, peer] = await Promise.all([server.accepted(), connectTls(options)]);
      assert.equal(transport.tls!.version, version);
      assert.match(transport.tls!.cipher, version === "TLSv1.2" ? /^TLS_ECDHE_ECDSA_WITH_/ : /^TLS_[AC]/);
      peer.destroy();
      server.close();
    });

    it(`refuses other clients when only ${version} is served`, async () => {
      const served = version === "TLSv1.2" ? "tlsv1.2" : "tlsv1.3";
      const other = version === "TLSv1.2" ? "TLSv1.3" : "TLSv1.2";
      const server = await TlsServer.start({ versions: [served] });
      const reason = await outcomeFor(server, undefined, { minVersion: other, maxVersion: other });
      assert.equal(reason, "peer has no version of TLS in common with this listener");
      assert.equal(await outcomeFor(server, undefined), "accepted undefined");
      server.close();
    });
  }

  it("accepts a key with a password", async () => {
    const server = await TlsServer.start({ keyfile: file("server_encrypted.key"), password: "bunny" });
    assert.equal(await outcomeFor(server), "accepted undefined");
    server.close();
  });

  for (
    const [name, hello, reason, alert] of [
      ["TLS 1.1", HELLO.tls11, "peer has no version of TLS in common with this listener", 70],
      ["no shared cipher", HELLO.camellia, "peer has no cipher in common with this listener", 40],
      ["AMQP without TLS", new TextEncoder().encode("AMQP\0\0\x09\x01"), "peer does not speak TLS", undefined],
      [
        "HTTP",
        new TextEncoder().encode("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        "peer does not speak TLS",
        undefined,
      ],
    ] as const
  ) {
    it(`refuses ${name}, and gives the reason`, async () => {
      const server = await TlsServer.start();
      const [answer, refusal] = await Promise.all([send(server.port, hello), server.refused()]);
      assert.equal(refusal.reason, reason);
      assert.equal(refusal.peer.host, "127.0.0.1");
      assert.equal(refusal.local.port, server.port);
      // A record with a fatal alert.
      assert.deepEqual([answer[0], answer[5]], [0x15, 2]);
      if (alert !== undefined) assert.equal(answer[6], alert);
      server.close();
    });
  }

  it("reports clients that do not trust its certificate", async () => {
    const server = await TlsServer.start();
    const reason = await outcomeFor(server, undefined, { ca: pem("another_authority.pem"), maxVersion: "TLSv1.2" });
    // Node's client completes the handshake, and leaves then.
    assert.match(reason, runtime.name === "Node" ? /^accepted/ : /authority|certificate|closed the connection/);
    server.close();
  });

  it("ends a connection on which no handshake begins, or continues, in time", async () => {
    const server = await TlsServer.start({}, { handshakeTimeoutMs: 200 });
    const begun = Date.now();
    await Promise.all([send(server.port), send(server.port, HELLO.tls11.subarray(0, 5))]);
    assert.ok(Date.now() - begun < 5000);
    for (let count = 0; count < 2; count++) {
      assert.equal((await server.refused()).reason, "handshake took more than 200 ms");
    }
    server.close();
  });

  it("distinguishes checks of the port from handshakes that failed", async () => {
    const server = await TlsServer.start();
    net.connect(server.port, "127.0.0.1").end();
    const { hasLeft } = await server.refused();
    assert.equal(hasLeft, true);
    server.close();
  });

  it("serves others while a thousand handshakes are made, and keeps all connections", async () => {
    const server = await TlsServer.start();
    const [transport, first] = await Promise.all([server.accepted(), connectTls(clientOptions(server.port))]);
    const echoed = transport.readable.pipeTo(transport.writable);
    const count = 1000;
    const program = execFile(process.execPath, [...RUN, MANY_HANDSHAKES, String(server.port), String(count)]);
    let echoes = 0;
    while (server.transports.length + server.refusals.length < count) {
      first.write("ping");
      await once(first, "data");
      if (server.transports.length > 0) echoes++;
    }
    assert.ok(echoes > count / 100, `${echoes} answers came during ${count} handshakes`);
    assert.deepEqual(server.refusals, []);
    first.end();
    await echoed;
    server.close();
    await new Promise((resolve) => program.once("exit", resolve));
  });
});

describe("a TLS listener that verifies its peers", () => {
  const FAR = "peer's certificate is further from an authority than ssl_options.depth = 1";
  const cases:
    readonly (readonly [certificate: string | undefined, outcome: RegExp | string, options?: Partial<TlsOptions>])[] = [
      ["client", "accepted CN=carrot,O=Carrots\\, Inc.,C=DE"],
      ["client_far", "accepted CN=far"],
      ["client_far", "accepted CN=far", { depth: 2 }],
      ["client_far", FAR, { depth: 1 }],
      ["client", "accepted CN=carrot,O=Carrots\\, Inc.,C=DE", { depth: 0 }],
      ["client_expired", "peer's certificate has expired"],
      ["client_unknown", /^peer's certificate (can't be verified with|is of an authority that)/],
      ["client_forged", "peer's certificate can't be verified with the authorities of ssl_options.cacertfile"],
      ["client_for_servers", /^peer's certificate (is not one for clients|can't be verified)/],
      [undefined, "peer has shown no certificate"],
      [undefined, "accepted undefined", { fail_if_no_peer_cert: false }],
      ["client_forged", /^peer's certificate can't be verified/, { fail_if_no_peer_cert: false }],
      ["client_forged", "accepted undefined", { verify: "verify_none", fail_if_no_peer_cert: false }],
    ];
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    for (const [certificate = "no certificate", outcome, options] of cases) {
      const what = options === undefined ? "" : `, with ${JSON.stringify(options)}`;
      it(`answers ${certificate} over ${version}${what}: ${outcome}`, async () => {
        const server = await TlsServer.start({ ...MUTUAL, ...options });
        const name = certificate === "no certificate" ? undefined : certificate;
        const found = await outcomeFor(server, name, { minVersion: version, maxVersion: version });
        if (typeof outcome === "string") assert.equal(found, outcome);
        else assert.match(found, outcome);
        server.close();
      });
    }
  }

  for (const certificate of ["client", "client_forged"]) {
    it(`gives the same result for a resumed session of ${certificate}`, async () => {
      const server = await TlsServer.start(MUTUAL);
      const options = { ...clientOptions(server.port, certificate), maxVersion: "TLSv1.2" as const };
      const first = tlsConnect(options);
      first.on("error", () => {});
      const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
      first.once("session", resolve).once("close", () => resolve(undefined));
      const session = await promise;
      await server.next();
      first.destroy();
      const outcome = await outcomeFor(server, certificate, {
        maxVersion: "TLSv1.2",
        session: session ?? first.getSession(),
      });
      if (certificate === "client") assert.match(outcome, /^accepted CN=carrot/);
      else assert.match(outcome, /^peer's? /);
      server.close();
    });
  }

  it("uses other certificates and authorities from the next handshake on", async () => {
    const server = await TlsServer.start(MUTUAL);
    const [transport, before] = await Promise.all([
      server.accepted(),
      connectTls(clientOptions(server.port, "client")),
    ]);
    assert.equal(before.getPeerCertificate().subject.O, undefined);
    server.listener.use({
      ...server.options,
      certfile: file("server_renewed.pem"),
      keyfile: file("server_renewed.key"),
      cacertfile: file("another_authority.pem"),
    });
    const [, after] = await Promise.all([server.accepted(), connectTls(clientOptions(server.port, "client_unknown"))]);
    assert.equal(after.getPeerCertificate().subject.O, "Renewed");
    assert.match(await outcomeFor(server, "client", { session: before.getSession() }), /^peer/);
    const read = transport.readable.getReader().read();
    before.write("still there");
    assert.equal((await read).value!.length, 11);
    for (const peer of [before, after]) peer.destroy();
    server.close();
  });

  it("keeps its options when it is given invalid files", async () => {
    const server = await TlsServer.start(MUTUAL);
    const wrong = { ...server.options, keyfile: file("client.key") };
    assert.throws(() => server.listener.use(wrong), /is not the key of the certificate in/);
    assert.match(await outcomeFor(server, "client"), /^accepted/);
    server.close();
  });
});

describe("a TLS listener behind a proxy", () => {
  const ENDS = { peer: { host: "192.0.2.7", port: 7 }, local: { host: "192.0.2.8", port: 5671 } };

  it("reads the PROXY header before the handshake, in one piece with it or in many", async () => {
    const server = await TlsServer.start({}, { proxies: new TrustedProxies() });
    for (const header of [v1("TCP4 192.0.2.7 192.0.2.8 7 5671"), v2(0x21, 0x11, ENDS, new Uint8Array(300))]) {
      for (
        const pieces of [
          [header],
          [...Array.from(header.subarray(0, 9), (byte) => Uint8Array.of(byte)), header.subarray(9)],
        ]
      ) {
        const raw = net.connect(server.port, "127.0.0.1");
        await once(raw, "connect");
        for (const piece of pieces) raw.write(piece);
        const { host: _, port: __, ...options } = clientOptions(server.port);
        const peer = tlsConnect({ ...options, socket: raw });
        const transport = await server.accepted();
        assert.deepEqual({ peer: transport.peer, local: transport.local }, ENDS);
        const { value } = await (peer.write("hello"), transport.readable.getReader().read());
        assert.equal(value!.length, 5);
        peer.destroy();
      }
    }
    server.close();
  });

  it("refuses connections without a header, with a malformed one, or with one that never ends", async () => {
    const server = await TlsServer.start({}, { proxies: new TrustedProxies(), handshakeTimeoutMs: 300 });
    await send(server.port, HELLO.camellia);
    assert.equal((await server.refused()).reason, "it does not begin with a PROXY header");
    await send(server.port, v1("TCP4 nowhere 192.0.2.8 7 5671"));
    assert.equal((await server.refused()).reason, "its PROXY header is malformed");
    await send(server.port, v2(0x21, 0x11, ENDS).subarray(0, 20));
    assert.equal((await server.refused()).reason, "handshake took more than 300 ms");
    server.close();
  });

  it("reports failed handshakes with the address from the proxy", async () => {
    const server = await TlsServer.start({}, { proxies: new TrustedProxies() });
    await send(server.port, v2(0x21, 0x11, ENDS), HELLO.tls11);
    assert.deepEqual((await server.refused()).peer, ENDS.peer);
    server.close();
  });
});

describe("TLS options", () => {
  const problemOf = async (options: Partial<TlsOptions>): Promise<string> => {
    const server = await TlsServer.start(options).catch((error: Error) => error);
    if (!(server instanceof Error)) server.close();
    return server instanceof Error ? `${server.name}: ${server.message.replaceAll(/\S*\//g, "")}` : "none";
  };
  const text = (text: string) => ({ path: "/some/file.pem", text });

  for (
    const [name, options, problem] of [
      [
        "a key of another certificate",
        { keyfile: file("client.key") },
        "ssl_options.keyfile: client.key is not the key of the certificate in server.pem.",
      ],
      [
        "a key without its password",
        { keyfile: file("server_encrypted.key") },
        "ssl_options.keyfile: the key in server_encrypted.key needs its password, in ssl_options.password.",
      ],
      [
        "a key with a wrong password",
        { keyfile: file("server_encrypted.key"), password: "hare" },
        "ssl_options.keyfile: server_encrypted.key can't be read with the password in ssl_options.password.",
      ],
      ["a key that is none", { keyfile: text("nothing") }, "ssl_options.keyfile: file.pem has no private key in PEM."],
      [
        "a certificate that is none",
        { certfile: text("nothing") },
        "ssl_options.certfile: file.pem has no certificate in PEM.",
      ],
      ["a certificate that is malformed", {
        certfile: text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
      }, "ssl_options.certfile: certificate 1 in file.pem is malformed."],
      [
        "authorities that are none",
        { ...MUTUAL, cacertfile: text("") },
        "ssl_options.cacertfile: file.pem has no certificate in PEM.",
      ],
    ] as const
  ) {
    it(`are refused with ${name}`, async () => assert.equal(await problemOf(options), `TlsOptionsError: ${problem}`));
  }

  const CIPHERS_1_3 = ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"];
  const CIPHER = "ECDHE-ECDSA-AES256-GCM-SHA384";
  const choosesCiphers = runtime.name !== "Deno";

  it("choose ciphers where the runtime can, and are refused where it can't", async () => {
    const options: Partial<TlsOptions> = {
      ciphers: [CIPHER, ...CIPHERS_1_3],
      honor_cipher_order: true,
      honor_ecc_order: true,
    };
    if (!choosesCiphers) {
      assert.match(await problemOf({ ciphers: [CIPHER] }), /^TlsOptionsError: ssl_options.ciphers: Deno has one list/);
      assert.match(
        await problemOf({ honor_cipher_order: true }),
        /^TlsOptionsError: ssl_options.honor_cipher_order = true/,
      );
      return;
    }
    const server = await TlsServer.start(options);
    const v12 = { maxVersion: "TLSv1.2" } as const;
    assert.equal(await outcomeFor(server, undefined, { ...v12, ciphers: CIPHER }), "accepted undefined");
    assert.match(
      await outcomeFor(server, undefined, { ...v12, ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" }),
      /no cipher in common/,
    );
    server.close();
  });

  it("are refused with ciphers that would not do what they say", async () => {
    if (!choosesCiphers) return;
    const { name } = runtime;
    assert.match(
      await problemOf({ ciphers: [CIPHER] }),
      new RegExp(`${name} always has TLS_AES_256_GCM_SHA384, .* for TLS 1.3. Add`),
    );
    assert.match(await problemOf({ ciphers: [...CIPHERS_1_3, "ALL"] }), new RegExp(`${name} has no cipher "ALL"`));
    assert.match(
      await problemOf({ ciphers: [...CIPHERS_1_3, "DHE-RSA-AES512-GCM-SHA256"] }),
      new RegExp(`${name} has no cipher "DHE`),
    );
    assert.match(await problemOf({ ciphers: CIPHERS_1_3 }), /none of them is for TLS 1.2/);
    assert.equal(await problemOf({ ciphers: CIPHERS_1_3, versions: ["tlsv1.3"] }), "none");
    assert.equal(await problemOf({ ciphers: [CIPHER], versions: ["tlsv1.2"] }), "none");
    assert.match(await problemOf({ honor_ecc_order: true }), /goes with ssl_options.honor_cipher_order = true only/);
  });
});

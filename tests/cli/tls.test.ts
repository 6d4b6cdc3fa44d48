import assert from "node:assert/strict";
import amqp from "amqplib";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, describe, it } from "node:test";
import tls from "node:tls";
import { pathOf, pem } from "../certificates/certificates.ts";
import { concat, HEADER_0_9_1, RawClient } from "../raw_client.ts";
import { v1, v2 } from "../transport/proxy_headers.ts";
import { Haremq } from "./haremq.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true });
});

let count = 0;
function fileWith(...lines: string[]): string {
  const file = `${folder}/${++count}.conf`;
  writeFileSync(file, lines.join("\n"));
  return file;
}

const LISTEN = ["listeners.tcp = none", "listeners.ssl.default = 127.0.0.1:0"];
const SERVER = [`ssl_options.certfile = ${pathOf("server.pem")}`, `ssl_options.keyfile = ${pathOf("server.key")}`];
const MUTUAL = [
  `ssl_options.cacertfile = ${pathOf("authority.pem")}`,
  "ssl_options.verify = verify_peer",
  "ssl_options.fail_if_no_peer_cert = true",
];

async function tlsPortOf(haremq: Haremq): Promise<number> {
  const [, port] = await haremq.line(/AMQP over TLS on 127\.0\.0\.1:(\d+),/);
  return Number(port);
}

/** Returns the authority that a client trusts, and its certificate, if any. */
const means = (certificate?: string) => ({
  ca: pem("authority.pem"),
  servername: "localhost",
  ...certificate === undefined ? {} : { cert: pem(`${certificate}.pem`), key: pem(`${certificate}.key`) },
});

describe("the haremq command with TLS", () => {
  it("serves AMQP over it, and logs in by certificates, which events report", async () => {
    const haremq = new Haremq(
      "--config",
      fileWith(
        ...LISTEN,
        ...SERVER,
        ...MUTUAL,
        "auth_mechanisms.1 = EXTERNAL",
        "ssl_cert_login_from = common_name",
        "default_users.carrot.password = unused",
        "event_exchange.enabled = true",
      ),
    );
    const url = `amqps://localhost:${await tlsPortOf(haremq)}`;
    const options = { ...means("client"), credentials: amqp.credentials.external() };
    const connection = await amqp.connect(url, options);
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.bindQueue(queue, "amq.rabbitmq.event", "connection.created");
    const created = new Promise<amqp.ConsumeMessage>((resolve) =>
      void channel.consume(queue, (message) => resolve(message!), { noAck: true })
    );
    await (await amqp.connect(url, options)).close();
    const { ssl, ssl_protocol, ssl_cipher, ssl_hash, ssl_key_exchange, ...fields } = (await created).properties
      .headers!;
    assert.deepEqual([ssl, ssl_protocol, ssl_key_exchange, ssl_hash], [true, "tlsv1.3", "any", "aead"]);
    assert.match(ssl_cipher, /^(aes_(128|256)_gcm|chacha20_poly1305)$/);
    assert.deepEqual([fields.user, fields.auth_mechanism], ["carrot", "EXTERNAL"]);
    assert.equal(fields.peer_cert_subject, "CN=carrot,O=Carrots\\, Inc.,C=DE");
    assert.equal(fields.peer_cert_issuer, "CN=HareMQ test authority");
    assert.match(fields.peer_cert_serial_number, /^1[0-9A-F]{16}$/);
    assert.match(fields.peer_cert_validity, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ - 2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    await connection.close();
  });

  it("logs a refused handshake in one line, with the reason", async () => {
    const haremq = new Haremq("--config", fileWith(...LISTEN, ...SERVER, ...MUTUAL));
    const port = await tlsPortOf(haremq);
    for (
      const [certificate, reason] of [
        ["client_expired", "peer's certificate has expired"],
        ["client_forged", "peer's certificate can't be verified with the authorities of ssl_options.cacertfile"],
        [undefined, "peer has shown no certificate"],
      ]
    ) {
      const socket = tls.connect({ host: "127.0.0.1", port, ...means(certificate) }).on("error", () => {});
      await haremq.line(
        new RegExp(
          `\\[error\\] <[\\d.]+> connection 127\\.0\\.0\\.1:\\d+ -> 127\\.0\\.0\\.1:${port}: TLS handshake refused: ${reason}\n`,
        ),
      );
      socket.destroy();
    }
    net.connect(port, "127.0.0.1", function (this: net.Socket) {
      this.end("GET / HTTP/1.1\r\n\r\n");
    }).on("error", () => {});
    await haremq.line(/TLS handshake refused: peer does not speak TLS\n/);
  });

  it("uses other certificates soon after their files have changed, and after SIGHUP", async () => {
    const [certfile, keyfile] = [`${folder}/certificate.pem`, `${folder}/key.pem`];
    const copy = (name: string) => {
      copyFileSync(pathOf(`${name}.pem`), certfile);
      copyFileSync(pathOf(`${name}.key`), keyfile);
    };
    copy("server");
    const files = [`ssl_options.certfile = ${certfile}`, `ssl_options.keyfile = ${keyfile}`];
    const haremq = new Haremq("--config", fileWith(...LISTEN, ...files));
    const port = await tlsPortOf(haremq);
    const shown = () =>
      new Promise((resolve) => {
        const socket = tls.connect({ host: "127.0.0.1", port, ...means() }, () => {
          resolve(socket.getPeerCertificate().subject.O);
          socket.destroy();
        });
      });
    assert.equal(await shown(), undefined);
    copy("server_renewed");
    await haremq.line(/TLS listeners use changed certificates for new connections\.\n/);
    assert.equal(await shown(), "Renewed");
    copy("server");
    process.kill(haremq.child.pid!, "SIGHUP");
    await haremq.line(/The configuration was reloaded\.\n/);
    assert.equal(await shown(), undefined);
    writeFileSync(keyfile, "nothing");
    process.kill(haremq.child.pid!, "SIGHUP");
    await haremq.line(
      /The configuration is unchanged: ssl_options\.keyfile: \S*key\.pem has no private key in PEM\.\n/,
    );
    await haremq.line(/TLS listeners go on with the certificates that they have: ssl_options\.keyfile: /);
    assert.equal(await shown(), undefined);
  });

  for (
    const [name, lines, sentence] of [
      ["no certificate", [...LISTEN], /^ssl_options\.certfile is missing: listeners\.ssl needs it\.\n$/],
      [
        "a file that is not there",
        [...LISTEN, ...SERVER, "ssl_options.keyfile = /nowhere/key.pem"],
        /^ssl_options\.keyfile: \/nowhere\/key\.pem can't be read: .*\n$/,
      ],
      [
        "the key of another certificate",
        [...LISTEN, ...SERVER, `ssl_options.keyfile = ${pathOf("client.key")}`],
        /^ssl_options\.keyfile: \S*client\.key is not the key of the certificate in \S*server\.pem\.\n$/,
      ],
      [
        "no authorities to verify peers by",
        [...LISTEN, ...SERVER, "ssl_options.verify = verify_peer"],
        /^ssl_options\.verify = verify_peer: ssl_options\.cacertfile has to name the authorities\.\n$/,
      ],
      [
        "certificates that are needed but not asked for",
        [...LISTEN, ...SERVER, "ssl_options.fail_if_no_peer_cert = true"],
        /^ssl_options\.fail_if_no_peer_cert = true goes with ssl_options\.verify = verify_peer only\.\n$/,
      ],
      [
        "TLS 1.1",
        [...LISTEN, ...SERVER, "ssl_options.versions.1 = tlsv1.2", "ssl_options.versions.2 = tlsv1.1"],
        /line 6: ssl_options\.versions\.2: HareMQ serves tlsv1\.3 and tlsv1\.2; older versions are not safe/,
      ],
      [
        "certificates that are looked up but not asked for",
        [...LISTEN, ...SERVER, "ssl_options.crl_check = peer"],
        /^ssl_options\.crl_check = peer goes with ssl_options\.verify = verify_peer only\.\n$/,
      ],
      [
        "no revocation lists to look certificates up in",
        [...LISTEN, ...SERVER, ...MUTUAL, "ssl_options.crl_check = true"],
        /^ssl_options\.crl_check = true needs revocation lists: ssl_options\.crl_sources names none\.\n$/,
      ],
      [
        "a source of revocation lists without a folder",
        [...LISTEN, ...SERVER, ...MUTUAL, "ssl_options.crl_check = true", "ssl_options.crl_sources.1 = dir"],
        /^ssl_options\.crl_sources\.1\.path is missing: it names the folder of revocation lists\.\n$/,
      ],
      [
        "a folder of revocation lists that is not there",
        [
          ...[...LISTEN, ...SERVER, ...MUTUAL, "ssl_options.crl_check = true"],
          ...["ssl_options.crl_sources.1 = dir", "ssl_options.crl_sources.1.path = /nowhere/lists"],
        ],
        /^ssl_options\.crl_sources\.1\.path: there is no folder \/nowhere\/lists\.\n$/,
      ],
      [
        "revocation lists that would be fetched",
        [...LISTEN, ...SERVER, ...MUTUAL, "ssl_options.crl_check = true", "ssl_options.crl_sources.1 = http"],
        /line 9: ssl_options\.crl_sources\.1: This is dir here: HareMQ fetches no revocation lists: keep them in a folder/,
      ],
      [
        "a file that nobody needs, but that is not there",
        ["ssl_options.cacertfile = /nowhere/authority.pem"],
        /^ssl_options\.cacertfile: \/nowhere\/authority\.pem can't be read/,
      ],
    ] as const
  ) {
    it(`is refused by config check with ${name}`, async () => {
      const haremq = new Haremq("config", "check", fileWith(...lines));
      assert.equal(await haremq.ended, 1);
      assert.match(haremq.stderr, sentence);
    });
  }

  it("looks clients up in the revocation lists of a folder, and in changed ones later", async () => {
    const lists = `${folder}/lists`;
    mkdirSync(lists);
    const copy = (name: string) => copyFileSync(pathOf(`lists/${name}`), `${lists}/${name}`);
    copy("below.r0");
    const lines = [
      ...[...LISTEN, ...SERVER, ...MUTUAL, `ssl_options.cacertfile = ${pathOf("listing_authority.pem")}`],
      ...["ssl_options.crl_check = best_effort", "ssl_options.crl_sources.1 = dir"],
      ...[
        `ssl_options.crl_sources.1.path = ${lists}`,
        "auth_mechanisms.1 = EXTERNAL",
        "ssl_cert_login_from = common_name",
      ],
      ...["client_listed", "client_unlisted"].map((name) => `default_users.${name}.password = unused`),
    ];
    const haremq = new Haremq("--config", fileWith(...lines));
    const url = `amqps://localhost:${await tlsPortOf(haremq)}`;
    const open = async (name: string) => {
      const options = { ...means(name), credentials: amqp.credentials.external() };
      await (await amqp.connect(url, options)).close();
    };
    await open("client_unlisted");
    await open("client_listed");
    copy("authority.r0");
    process.kill(haremq.child.pid!, "SIGHUP");
    await haremq.line(/The configuration was reloaded/);
    await open("client_unlisted");
    await assert.rejects(open("client_listed"));
    await haremq.line(/\[error\].*: TLS handshake refused: peer's certificate was revoked\n/);
  });

  it("does not start with TLS options that can't be used", async () => {
    const lines = [...LISTEN, ...SERVER, `ssl_options.keyfile = ${pathOf("client.key")}`];
    const haremq = new Haremq("--config", fileWith(...lines));
    assert.equal(await haremq.ended, 1);
    assert.match(haremq.stderr, /^ssl_options\.keyfile: \S*client\.key is not the key of the certificate/);
  });
});

describe("the haremq command behind a proxy", () => {
  const ENDS = { peer: { host: "192.0.2.7", port: 77 }, local: { host: "192.0.2.8", port: 5672 } };
  const AMQP = new TextEncoder().encode("AMQP\0\0\x09\x01");

  /** Sends bytes on a new connection, and waits for its end, or for the first answer. */
  function send(port: number, bytes: Uint8Array): Promise<"answered" | "closed"> {
    return new Promise((resolve) => {
      const socket = net.connect(port, "127.0.0.1", () => socket.write(bytes));
      socket.on("error", () => {}).on("close", () => resolve("closed")).on("data", () => {
        resolve("answered");
        socket.destroy();
      });
    });
  }

  it("takes the address of a client from the PROXY header, before everything else", async () => {
    const haremq = new Haremq("--config", fileWith("listeners.tcp.1 = 127.0.0.1:0", "proxy_protocol = true"));
    const { port } = await haremq.address();
    for (const header of [v1("TCP4 192.0.2.7 192.0.2.8 77 5672"), v2(0x21, 0x11, ENDS, new Uint8Array(40))]) {
      assert.equal(await send(port, Uint8Array.of(...header, ...AMQP)), "answered");
    }
    await haremq.line(/accepting AMQP connection 192\.0\.2\.7:77 -> 192\.0\.2\.8:5672\n/);
    assert.equal(await send(port, Uint8Array.of(...v2(0x20, 0), ...AMQP)), "answered");
    assert.equal(await send(port, Uint8Array.of(...v1("UNKNOWN"), ...AMQP)), "answered");
    await haremq.line(new RegExp(`accepting AMQP connection 127\\.0\\.0\\.1:\\d+ -> 127\\.0\\.0\\.1:${port}\n`));
  });

  it("accepts guest only from this machine, by the address from the proxy", async () => {
    const haremq = new Haremq("--config", fileWith("listeners.tcp.1 = 127.0.0.1:0", "proxy_protocol = true"));
    const address = await haremq.address();
    const client = await RawClient.connect(address);
    const header = concat(v1("TCP4 192.0.2.7 192.0.2.8 77 5672"), HEADER_0_9_1);
    await assert.rejects(client.logIn({ header }).then(() => client.receive(0, "connection.tune")));
    await haremq.line(
      /192\.0\.2\.7:77 -> 192\.0\.2\.8:5672.*PLAIN login refused: user 'guest' - user can only connect/,
    );
  });

  it("closes connections without a header, with a wrong one or from a proxy that is not trusted", async () => {
    const proxied = ["listeners.tcp.1 = 127.0.0.1:0", "proxy_protocol = true"];
    const haremq = new Haremq("--config", fileWith(...proxied));
    const { port } = await haremq.address();
    assert.equal(await send(port, AMQP), "closed");
    await haremq.line(
      /\[warning\] <[\d.]+> connection 127\.0\.0\.1:\d+ -> \S+: refused: it does not begin with a PROXY header\n/,
    );
    assert.equal(await send(port, v1("TCP4 1.2.3.4 nowhere 1 2")), "closed");
    await haremq.line(/refused: its PROXY header is malformed\n/);

    const trusting = new Haremq("--config", fileWith(...proxied, "proxy_protocol.trusted_proxies.1 = 10.0.0.0/8"));
    const { port: other } = await trusting.address();
    assert.equal(await send(other, Uint8Array.of(...v1("UNKNOWN"), ...AMQP)), "closed");
    await trusting.line(/refused: it does not come from a trusted proxy\n/);
  });

  it("refuses a PROXY header as a wrong protocol header where it expects none", async () => {
    const haremq = new Haremq("--port", "0");
    const { port } = await haremq.address();
    assert.equal(await send(port, Uint8Array.of(...v1("TCP4 192.0.2.7 192.0.2.8 77 5672"), ...AMQP)), "answered");
    await haremq.line(/does not begin with an AMQP header but with 50 52 4f 58 59/);
  });
});

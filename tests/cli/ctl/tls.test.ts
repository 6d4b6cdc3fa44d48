import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import { pathOf, pem } from "../../certificates/certificates.ts";
import { runtime } from "../../../src/runtime/current.ts";
import { Haremq } from "../haremq.ts";
import { runHere } from "./run_here.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true });
});

/** Starts a broker with TLS or without, and returns its data folder. */
async function start(name: string, ...lines: string[]): Promise<string> {
  const [data, file] = [`${folder}/${name}`, `${folder}/${name}.conf`];
  writeFileSync(file, ["listeners.tcp.1 = 127.0.0.1:0", "nodename = rabbit@localhost", ...lines].join("\n"));
  await new Haremq("--config", file, "--data-dir", data).address();
  return data;
}

const suite = (name: string) => {
  const found = runtime.cipherSuites().all.find((suite) => suite.name === name);
  assert.ok(found, name);
  return found;
};

describe("the commands about TLS", () => {
  let data: string;
  before(async () => {
    const options = ["certfile = server.pem", "keyfile = server.key", "cacertfile = authority.pem"].map((option) => {
      const [key, name] = option.split(" = ");
      return `ssl_options.${key} = ${pathOf(name)}`;
    });
    data = await start("tls", "listeners.ssl.1 = 127.0.0.1:0", ...options);
  });

  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await runHere(folder, data, "rabbitmq-diagnostics", args);
    return { code, stdout: stdout.replaceAll(/\bport(":| => )\d+/g, "port$1PORT"), stderr };
  };

  it("show the certificates of listeners as RabbitMQ does", async () => {
    const quoted = (name: string) => `<<"${pem(name).replaceAll("\n", "\\n")}">>`;
    assert.deepEqual(await run("certificates"), {
      code: 0,
      stdout: [
        "Certificates of node rabbit@localhost ...",
        "[#{cacertfile =>",
        `       ${quoted("authority.pem")},`,
        "   certfile =>",
        `       ${quoted("server.pem")},`,
        '   interface => <<"127.0.0.1">>,node => rabbit@localhost,port => PORT,',
        "   protocol => 'amqp/ssl',purpose => <<\"AMQP 0-9-1 and AMQP 1.0 over TLS\">>}]",
        "",
      ].join("\n"),
      stderr: "",
    });
    const { stdout } = await run("certificates", "--formatter", "json");
    const shown = JSON.stringify({
      cacertfile: pem("authority.pem"),
      certfile: pem("server.pem"),
      interface: "127.0.0.1",
      node: "rabbit@localhost",
      port: 0,
      protocol: "amqp/ssl",
      purpose: "AMQP 0-9-1 and AMQP 1.0 over TLS",
    });
    assert.equal(stdout, `[\n${shown.replace('"port":0', '"port":PORT')}\n]\n`);
  });

  it("show an empty map of certificates without TLS", async () => {
    const plain = await start("plain");
    const { code, stdout } = await runHere(folder, plain, "rabbitmq-diagnostics", ["-q", "certificates"]);
    assert.deepEqual([code, stdout], [0, "#{}\n"]);
  });

  it("list cipher suites in the formats of OpenSSL and Erlang", async () => {
    const { offered, all } = runtime.cipherSuites();
    const names = offered.map(({ name }) => name);
    const openssl = await run("cipher_suites");
    const banner = "Listing available cipher suites in OpenSSL format\n";
    assert.deepEqual([openssl.code, openssl.stdout], [0, `${banner}${names.join("\n")}\n`]);
    assert.equal((await run("cipher_suites", "-q", "--format", "OpenSSL")).stdout, `${names.join("\n")}\n`);
    assert.equal((await run("cipher_suites", "-q", "--all")).stdout.split("\n").length, all.length + 1);

    const [first, second] = (await run("cipher_suites", "--format", "erlang")).stdout.split("\n").slice(2, 4);
    assert.deepEqual([first, second], ["{any,aes_256_gcm,aead,sha384}", ",{any,aes_128_gcm,aead,sha256}"]);
    const map = (await run("cipher_suites", "-q", "--format", "map")).stdout.split("\n");
    assert.deepEqual([map[0], map[1]], ["[", "#{cipher => aes_256_gcm,key_exchange => any,mac => aead,prf => sha384}"]);
    assert.equal(map.at(-2), "]");
  });

  it("list cipher suites by a formatter", async () => {
    const { offered } = runtime.cipherSuites();
    const names = offered.map(({ name }) => name);
    assert.deepEqual(JSON.parse((await run("cipher_suites", "--formatter", "json")).stdout), names);
    const maps = JSON.parse((await run("cipher_suites", "--format", "map", "--formatter", "json")).stdout);
    const name = "ECDHE-RSA-AES128-GCM-SHA256";
    const { keyExchange, cipher, hash, prf } = suite(name);
    assert.deepEqual(maps[names.indexOf(name)], { cipher, key_exchange: keyExchange, mac: hash, prf });
    const erlang = (await run("cipher_suites", "-q", "--formatter", "erlang")).stdout;
    assert.ok(erlang.startsWith('["TLS_AES_256_GCM_SHA384","TLS_AES_128_GCM_SHA256",\n "TLS_CHACHA20'), erlang);
  });

  it("refuse an unknown format", async () => {
    const { code, stderr } = await run("cipher_suites", "--format", "bad");
    assert.equal(code, 65);
    assert.match(
      stderr,
      /^Error \(argument validation\): Bad argument: Format should be either openssl, erlang or map\n/,
    );
  });

  it("list the versions of TLS", async () => {
    const banner = "Listing all TLS versions supported by the runtime...\n";
    assert.equal((await run("tls_versions")).stdout, `${banner}tlsv1.3\ntlsv1.2\n`);
    assert.equal((await run("tls_versions", "--formatter", "json")).stdout, '{"versions":["tlsv1.3","tlsv1.2"]}\n');
    assert.equal((await run("tls_versions", "-q", "--formatter", "erlang")).stdout, "['tlsv1.3','tlsv1.2']\n");
  });
});

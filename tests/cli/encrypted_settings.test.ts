import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, describe, it } from "node:test";
import { readSettings } from "../../src/cli/encrypted_settings.ts";
import { ConfigError } from "../../src/config/config.ts";
import { encrypt } from "../../src/config/passphrase_cipher.ts";
import { formatKey } from "../../src/config/setting.ts";
import { encodeTerm } from "../../src/cli/ctl/encrypted/external_term.ts";
import { MemoryConfigFiles } from "../config/read_conf.ts";
import { RawClient } from "../raw_client.ts";
import { Haremq } from "./haremq.ts";

/** What RabbitMQ 4.3.6 and 3.10.8 have made of an atom and a binary with the passphrase `pass`. */
const BY_RABBITMQ = [
  "encrypted:Lh4iWEEGh4qP2WWu80xXh4beAJKt1DRaB/lxbX8zsiAdU2XehrQaW/BxcOZszNti",
  "encrypted:/9OMp+ZBYMZKb7jC7Zfy2VcANoAPiibmriuN6teMJHqB0EVZtJu+lhwrEE4fyPzp",
];
const [GUEST] = BY_RABBITMQ;

/** Returns the values of the settings in a text, by their keys. */
async function valuesOf(text: string, files: Record<string, string> = {}): Promise<Record<string, string>> {
  const sources = new MemoryConfigFiles({ "rabbitmq.conf": text, ...files });
  const means = {
    readTextFile: (path: string) => sources.readTextFile(path),
    listFolder: (path: string) => sources.listFolder(path),
    environment: (name: string) => name === "PASSPHRASE" ? "pass" : undefined,
    configFolder: undefined,
  };
  const { settings } = await readSettings(means, { settings: [] });
  return Object.fromEntries(settings.map(({ key, value }) => [formatKey(key), value]));
}

/** Returns the message that refuses a text. */
async function refusalOf(text: string): Promise<string> {
  let message = "";
  await assert.rejects(valuesOf(text), (error) => {
    assert.ok(error instanceof ConfigError);
    message = error.message;
    return true;
  });
  assert.doesNotMatch(message, /Lh4iWEEGh4qP|bunny/, "the message shows no value and no passphrase");
  return message;
}

describe("an encrypted value", () => {
  for (const [at, value] of BY_RABBITMQ.entries()) {
    it(`is what RabbitMQ's encode made it of, number ${at + 1}`, async () => {
      const values = await valuesOf(`default_pass = ${value}\nconfig_entry_decoder.passphrase = pass\n`);
      assert.equal(values.default_pass, "guest");
    });
  }

  it("is decrypted by a passphrase in the environment or a file", async () => {
    const fromEnvironment = await valuesOf(
      `config_entry_decoder.passphrase = $(PASSPHRASE)\nssl_options.password = ${GUEST}\n`,
    );
    assert.equal(fromEnvironment["ssl_options.password"], "guest");
    const fromFile = await valuesOf(
      `config_entry_decoder.passphrase = $(<secret)\nauth_ldap.other_bind.password = ${GUEST}\n`,
      { secret: "pass\n" },
    );
    assert.equal(fromFile["auth_ldap.other_bind.password"], "guest");
  });

  it("is decrypted by the configured cipher, hash and iterations", async () => {
    // A string, which is a list of characters.
    const term = Array.from("héllo", (character) => character.charCodeAt(0));
    const choice = { cipher: "aes_256_cbc", hash: "sha512", iterations: 1000 };
    const value = await encrypt(encodeTerm(term), "bunny", choice);
    const values = await valuesOf(
      `default_users.app.password = encrypted:${value}\nconfig_entry_decoder.passphrase = bunny\n` +
        "config_entry_decoder.cipher = aes_256_cbc\nconfig_entry_decoder.hash = sha512\n" +
        "config_entry_decoder.iterations = 1000\n",
    );
    assert.equal(values["default_users.app.password"], "héllo");
  });

  it("is a text as it stands where the key is no secret, and a passphrase is never encrypted", async () => {
    const values = await valuesOf(
      `product.name = ${GUEST}\nconfig_entry_decoder.passphrase = encrypted:pass\ndefault_pass = not:encrypted\n`,
    );
    assert.equal(values["product.name"], GUEST);
    assert.equal(values["config_entry_decoder.passphrase"], "encrypted:pass");
    assert.equal(values.default_pass, "not:encrypted");
  });

  it("is refused with its place when there is no passphrase, or another one", async () => {
    assert.equal(
      await refusalOf(`heartbeat = 5\ndefault_pass = ${GUEST}\n`),
      "rabbitmq.conf, line 2: default_pass is encrypted, and there is no passphrase: set " +
        "config_entry_decoder.passphrase, for example to $(<FILE).",
    );
    const message = await refusalOf(
      `default_pass = ${GUEST}\nssl_options.password = ${GUEST}\nconfig_entry_decoder.passphrase = bunny\n`,
    );
    assert.match(message, /^rabbitmq\.conf, line 1: default_pass can't be decrypted: another passphrase, .*\.\n/);
    assert.match(message, /\nrabbitmq\.conf, line 2: ssl_options\.password can't be decrypted: .*\.$/);
  });

  it("is refused when it is cut off, no base 64, or no text", async () => {
    const passphrase = "\nconfig_entry_decoder.passphrase = pass\n";
    for (const wrong of [GUEST.slice(0, 60), "encrypted:", "encrypted:*"]) {
      assert.match(await refusalOf(`default_pass = ${wrong}${passphrase}`), /default_pass can't be decrypted/, wrong);
    }
    const number = await encrypt(encodeTerm(5), "pass", { cipher: "aes_128_cbc", hash: "sha256", iterations: 1 });
    assert.match(await refusalOf(`default_pass = encrypted:${number}${passphrase}`), /what is in it is no text\.$/);
  });

  it("is refused with an unknown cipher or hash", async () => {
    const text = `default_pass = ${GUEST}\nconfig_entry_decoder.cipher = rot13\nconfig_entry_decoder.hash = md4\n`;
    const message = await refusalOf(text);
    assert.match(message, /line 2: config_entry_decoder\.cipher: This is one of aes_256_cbc, .*: received "rot13"\./);
    assert.match(message, /line 3: config_entry_decoder\.hash: This is one of sha512, .*: received "md4"\./);
  });
});

describe("the haremq command with encrypted values", () => {
  const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
  after(async () => {
    await Haremq.stopAll();
    rmSync(folder, { recursive: true });
  });

  it("starts with them, checks and shows them, and refuses the start with another passphrase", async () => {
    const file = `${folder}/rabbitmq.conf`;
    writeFileSync(file, `default_user = joe\ndefault_pass = ${GUEST}\nconfig_entry_decoder.passphrase = $(KEY)\n`);
    const run = (passphrase: string, ...flags: string[]) => Haremq.with({ KEY: passphrase }, ...flags);

    const haremq = run("pass", "--port", "0", "--config", file);
    const check = run("pass", "config", "check", file);
    const show = run("pass", "config", "show", "--config", file);
    const wrong = run("bunny", "--port", "0", "--config", file);
    const wrongCheck = run("bunny", "config", "check", file);

    await using _client = await RawClient.open(await haremq.address(), { user: "joe", password: "guest" });
    assert.equal(await check.ended, 0, check.stderr);
    assert.equal(await show.ended, 0, show.stderr);
    assert.match(show.stdout, /^default_pass = \*{6} {2}# \S+, line 2$/m);
    assert.match(show.stdout, /^config_entry_decoder\.passphrase = \*{6} {2}# \S+, line 3$/m);
    assert.match(show.stdout, /^config_entry_decoder\.cipher = aes_128_cbc {2}# default$/m);
    for (
      const { ended, stderr } of [wrong, wrongCheck].map((one) => ({
        ended: one.ended,
        stderr: () => one.stderr,
      }))
    ) {
      assert.equal(await ended, 1);
      assert.match(stderr(), /^\S+rabbitmq\.conf, line 2: default_pass can't be decrypted: [^\n]*\n$/);
    }
    for (const { stdout, stderr } of [haremq, check, show, wrong, wrongCheck]) {
      assert.doesNotMatch(stdout + stderr, /bunny|Lh4iWEEGh4qP/);
    }
  });
});

import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { describe, it } from "node:test";
import { readLiteral } from "../../../src/cli/ctl/encrypted/erlang_literal.ts";
import { decodeTerm, encodeTerm } from "../../../src/cli/ctl/encrypted/external_term.ts";
import { writeErlangLine } from "../../../src/cli/ctl/formatters/erlang.ts";
import { runTool } from "../../../src/cli/ctl/run.ts";
import { KeptTerminal } from "./kept_terminal.ts";

const surroundings = {
  environment: () => undefined,
  socketFetcher: () => () => Promise.reject(new Error("unused")),
  fetch: () => Promise.reject(new Error("unused")),
  stateOf: () => "missing" as const,
  listeningSockets: () => [],
};

/** What RabbitMQ 3.10.8 and 4.3.6 have made of values with the passphrase `pass`. */
const ENCODED = [
  {
    by: ["decode", '{encrypted,<<"/9OMp+ZBYMZKb7jC7Zfy2VcANoAPiibmriuN6teMJHqB0EVZtJu+lhwrEE4fyPzp">>}'],
    is: '<<"guest">>',
  },
  {
    by: ["decode", '<<"+GpdxXWCAtxyyTcJcOQ4gKSbAHNjQlA3XtHEH7GwSKCZrWtbDm2LfGR32dFdsVY0">>'],
    switches: ["--cipher", "aes_128_cbc", "--hash", "sha256", "--iterations", "10"],
    is: '"guest"',
  },
  {
    by: ["decode", '"92Zb1/D5Wq27cM4rWBlqQxILP0+8pwuOO8z06LWdjSkUGF5Q0EZvE0hJhjC2Z/ppYAZBvLSOnyu1eoQXAFy1DA=="'],
    is: '{a,[1,"b",<<"c">>]}',
  },
  {
    by: ["decrypt_conf_value", "encrypted:Lh4iWEEGh4qP2WWu80xXh4beAJKt1DRaB/lxbX8zsiAdU2XehrQaW/BxcOZszNti"],
    is: "guest",
  },
];

describe("the commands for encrypted values", () => {
  async function run(args: readonly string[], ...input: string[]) {
    const terminal = new KeptTerminal(tmpdir());
    terminal.input.push(...input.map((line) => [line]));
    const status = await runTool("rabbitmqctl", args, terminal, surroundings);
    return { status, stdout: terminal.stdout, stderr: terminal.stderr };
  }

  for (const { by, is, switches = [] } of ENCODED) {
    it(`decrypt RabbitMQ's ${is}`, async () => {
      assert.deepEqual(await run([...by, "pass", ...switches, "-q"]), { status: 0, stdout: `${is}\n`, stderr: "" });
    });
  }

  for (const name of ["aes_256_cbc", "aes_192_cbc", "aes_128_cbc"]) {
    for (const hash of ["sha512", "sha384", "sha256", "sha"]) {
      it(`encrypt by ${name} and ${hash} what they decrypt`, async () => {
        const switches = ["--cipher", name, "--hash", hash, "-q"];
        const { stdout } = await run(["encode", '[{<<"a">>,-5000}]', "secret", ...switches]);
        assert.match(stdout, /^\{encrypted,<<"[\w+/=]+">>\}\n$/);
        assert.equal((await run(["decode", stdout.trim(), "secret", ...switches])).stdout, '[{<<"a">>,-5000}]\n');
        assert.equal((await run(["decode", stdout.trim(), "Secret", ...switches])).status, 69);
      });
    }
  }

  it("ask for what is not given", async () => {
    const { stdout } = await run(["encrypt_conf_value"], '<<"a">>', "secret");
    const [banner, first, second, encrypted] = stdout.trimEnd().split("\n");
    assert.deepEqual([banner, first, second], [
      "Encrypting value to be used in rabbitmq.conf...",
      "Value to encode: ",
      "Passphrase: ",
    ]);
    assert.match(encrypted, /^encrypted:[\w+/=]+$/);
    assert.equal((await run(["decrypt_conf_value", `"${encrypted}"`, "-q"], "secret")).stdout, '<<"a">>\n');
  });

  for (
    const [args, status, text] of [
      [["encode", "x y", "pass"], 69, "Error:\nError during cipher operation\n"],
      [["decode", '{encrypted,<<"AAAA">>}', "pass"], 69, "Error:\nFailed to decrypt the value. Things to check: "],
      [["encode", "a", "p", "--cipher", "des"], 65, "Bad argument: The requested cipher is not supported."],
      [["encode", "a", "p", "--iterations", "0"], 65, "The requested number of iterations is incorrect\n"],
      [["decode"], 64, "not enough arguments: Please provide a value to decode and a passphrase"],
      [["decode", "a", "b", "c"], 64, "too many arguments."],
    ] as const
  ) {
    it(`refuse ${args.join(" ")}`, async () => {
      const ended = await run(args);
      assert.equal(ended.status, status);
      assert.ok(ended.stderr.includes(text), ended.stderr);
    });
  }
});

describe("Erlang's terms", () => {
  for (const text of ["a", "'An atom'", "-1", "256", '"text"', '<<"text">>', "<<>>", "[]", "{a,[b,{}],[1,256]}"]) {
    it(`are read, encoded, decoded and written: ${text}`, () => {
      assert.equal(writeErlangLine(decodeTerm(encodeTerm(readLiteral(text)))), text);
    });
  }

  it("have bytes in binaries", () => {
    assert.deepEqual([...encodeTerm(readLiteral('<<"é"/utf8, 33>>'))], [131, 109, 0, 0, 0, 3, 0xc3, 0xa9, 33]);
  });

  for (const wrong of ["", "a b", "[a", "{a,}", "<<a>>", "<<300>>", '"a', "X", "[".repeat(100)]) {
    it(`are refused when they are wrong: ${JSON.stringify(wrong.slice(0, 10))}`, () => {
      assert.throws(() => readLiteral(wrong), SyntaxError);
    });
  }

  it("are refused when their bytes end too early, go on, or are none", () => {
    const bytes = encodeTerm(readLiteral('{a,["b",1,{256,<<"c">>}]}'));
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => decodeTerm(bytes.subarray(0, length)), RangeError);
    }
    assert.throws(() => decodeTerm(Uint8Array.of(...bytes, 0)), RangeError);
    assert.throws(() => decodeTerm(Uint8Array.of(131, 108, 255, 255, 255, 255)), RangeError);
  });
});

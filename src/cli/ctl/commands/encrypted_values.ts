import { type Phrase, phrase } from "../../../phrase/phrase.ts";
import { ENCRYPTED_PREFIX } from "../../encrypted_settings.ts";
import { type Call, isQuiet } from "../call.ts";
import type { Command } from "../command.ts";
import { badArgument, failure, notEnoughArguments, UsageError } from "../command_error.ts";
import { readLiteral } from "../encrypted/erlang_literal.ts";
import { decodeTerm, encodeTerm } from "../encrypted/external_term.ts";
import {
  type CipherChoice,
  CIPHERS,
  decrypt,
  DEFAULT_CHOICE,
  encrypt,
  HASH_NAMES,
} from "../../../config/passphrase_cipher.ts";
import type { Options } from "../parser.ts";
import { type Result, value } from "../result.ts";
import { atom, type Term, Tuple } from "../term.ts";
import { CTL, CTL_AND_DIAGNOSTICS } from "../tools.ts";

/** What differs between the commands that encrypt or decrypt a value. */
interface CipherCommand extends Pick<Command, "name" | "description" | "formatter" | "check" | "banner" | "run"> {
  /** Explanation of the value. */
  readonly value: string;
  readonly guide: string;
}

/** Returns a command that takes a value, a passphrase and the switches of ciphers. */
const cipherCommand = ({ value, guide, ...command }: CipherCommand): Command => ({
  ...command,
  tools: CTL,
  section: "configuration",
  usage: `${command.name} value passphrase [--cipher <cipher>] [--hash <hash>] [--iterations <iterations>]`,
  help: [
    ["<value>", value],
    ["<passphrase>", "passphrase to use with the config value encryption key"],
    ["--cipher <cipher>", "cipher suite to use"],
    ["--hash <hash>", "hashing function to use"],
    ["--iterations <iterations>", "number of iteration to apply"],
  ],
  guides: [guide],
  switches: { cipher: "string", hash: "string", iterations: "integer" },
  takes: [0, 2],
  isOffline: true,
});

const checkEncoding: Command["check"] = (_, options) =>
  checkChoice(options, phrase`The requested number of iterations is incorrect`);

/** Commands for RabbitMQ's encrypted values of the configuration, which need no broker. */
export const ENCRYPTED_VALUES_COMMANDS: readonly Command[] = [
  cipherCommand({
    name: "decode",
    description: "Decrypts an encrypted configuration value",
    value: "config value to decode",
    guide: "configure",
    formatter: "erlang",
    check: checkDecoding,
    banner: () => phrase`Decrypting value...`,
    run: (call) => decode(call, (text) => encryptedIn(readLiteral(text))),
  }),
  cipherCommand({
    name: "decrypt_conf_value",
    description: "Decrypts an encrypted configuration value",
    value: "a double-quoted rabbitmq.conf string value to decode",
    guide: "docs/configure/",
    formatter: "erlang",
    check: checkDecoding,
    banner: () => phrase`Decrypting a rabbitmq.conf string value...`,
    run: (call) => decode(call, (text) => text.startsWith(ENCRYPTED_PREFIX) ? text : encryptedIn(readLiteral(text))),
  }),
  cipherCommand({
    name: "encode",
    description: "Encrypts a sensitive configuration value",
    value: "config value to encode",
    guide: "configure",
    formatter: "erlang",
    check: checkEncoding,
    banner: () => phrase`Encrypting value ...`,
    run: async (call) => value(new Tuple(atom("encrypted"), await encode(call))),
  }),
  cipherCommand({
    name: "encrypt_conf_value",
    description: "Encrypts a sensitive configuration value to be used in the advanced.config file",
    value: "config value to encode",
    guide: "docs/configure/",
    check: checkEncoding,
    banner: () => phrase`Encrypting value to be used in rabbitmq.conf...`,
    run: async (call) => value(ENCRYPTED_PREFIX + await encode(call)),
  }),
  {
    name: "list_ciphers",
    tools: CTL_AND_DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Lists cipher suites supported by encoding commands",
    usage: "list_ciphers",
    guides: ["configure", "ssl"],
    formatter: "erlang",
    takes: [0, 0],
    isOffline: true,
    banner: () => phrase`Listing supported ciphers ...`,
    run: () => value(CIPHERS.map(atom)),
  },
  {
    name: "list_hashes",
    tools: CTL_AND_DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Lists hash functions supported by encoding commands",
    usage: "list_hashes",
    guides: ["configure", "ssl"],
    formatter: "erlang",
    takes: [0, 0],
    isOffline: true,
    banner: () => phrase`Listing supported hash algorithms ...`,
    run: () => value(HASH_NAMES.map(atom)),
  },
];

function choiceOf({ cipher, hash, iterations }: Options): CipherChoice {
  return {
    cipher: String(cipher ?? DEFAULT_CHOICE.cipher),
    hash: String(hash ?? DEFAULT_CHOICE.hash),
    iterations: Number(iterations ?? DEFAULT_CHOICE.iterations),
  };
}

function checkDecoding(args: readonly string[], options: Options): void {
  if (args.length === 0) {
    throw new UsageError(phrase`not enough arguments: Please provide a value to decode and a passphrase`);
  }
  checkChoice(options, phrase`The requested number of iterations is incorrect (must be a positive integer)`);
}

function checkChoice(options: Options, isWrong: Phrase): void {
  const { cipher, hash, iterations } = choiceOf(options);
  if (!CIPHERS.includes(cipher)) throw badArgument(phrase`The requested cipher is not supported.`);
  if (!HASH_NAMES.includes(hash)) throw badArgument(phrase`The requested hash is not supported`);
  if (iterations <= 0) throw badArgument(isWrong);
}

/** Returns an argument, or else the next line of stdin, which is asked for. */
function argumentOrLine(call: Call, index: number, question: Phrase): string {
  if (call.args.length > index) return call.args[index];
  if (!isQuiet(call)) call.terminal.printNow(call.say(question));
  const line = call.terminal.readLine();
  if (line === undefined) throw notEnoughArguments();
  return line;
}

async function encode(call: Call): Promise<string> {
  const text = argumentOrLine(call, 0, phrase`Value to encode: `);
  const passphrase = argumentOrLine(call, 1, phrase`Passphrase: `);
  try {
    return await encrypt(encodeTerm(readLiteral(text)), passphrase, choiceOf(call.options));
  } catch {
    throw failure(phrase`Error during cipher operation`);
  }
}

async function decode(call: Call, encryptedOf: (text: string) => string): Promise<Result> {
  const passphrase = argumentOrLine(call, 1, phrase`Passphrase: `);
  let term: Term;
  try {
    const encrypted = encryptedOf(call.args[0]);
    const base64 = encrypted.startsWith(ENCRYPTED_PREFIX) ? encrypted.slice(ENCRYPTED_PREFIX.length) : encrypted;
    term = decodeTerm(await decrypt(base64, passphrase, choiceOf(call.options)));
  } catch {
    throw failure(
      phrase`Failed to decrypt the value. Things to check: is the passphrase correct? Are the cipher and hash algorithms the same as those used for encryption?`,
    );
  }
  return value(term);
}

/** Returns the encrypted text of `{encrypted, <<"…">>}`, of a binary, or of a string. */
function encryptedIn(term: Term): string {
  if (term instanceof Tuple) return encryptedIn(term.items[1]);
  if (typeof term === "string") return term;
  if (Array.isArray(term)) return String.fromCodePoint(...term as number[]);
  throw new SyntaxError("This is no encrypted value");
}

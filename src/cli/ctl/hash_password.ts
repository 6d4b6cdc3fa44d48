import { phrase } from "../../phrase/phrase.ts";
import { hashPassword as hash, isHashingAlgorithm } from "../../access/password.ts";
import type { Call } from "./call.ts";
import { badArgument, failure } from "./command_error.ts";
import { EXIT } from "./exit_code.ts";
import { type Result, value } from "./result.ts";

/** Shows the hash of a password, for definitions and for `add_user --pre-hashed-password`. */
export function hashPassword({ args: [given], options, terminal }: Call): Result {
  const algorithm = `rabbit_password_hashing_${options.hashing_algorithm ?? "sha256"}`;
  if (!isHashingAlgorithm(algorithm)) {
    throw badArgument(phrase`hashing algorithm must be one of sha256, sha512, md5`);
  }
  const password = given ?? terminal.readLine();
  if (password === undefined) throw failure(phrase`Password is not provided via argument or stdin`, EXIT.software);
  return value(base64(hash(password, (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>), algorithm)));
}

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

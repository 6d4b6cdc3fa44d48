import {
  type CredentialValidator,
  credentialValidator,
  type CredentialValidatorOptions,
} from "./credential_validator.ts";
import { DEFAULT_HASHING_ALGORITHM, type HashingAlgorithm, hashPassword, type RandomBytes } from "./password.ts";

/** How the passwords of the broker's own users are checked when they are set, and kept. */
export interface PasswordOptions {
  /** Default: `rabbit_password_hashing_sha256`. */
  readonly password_hashing_module?: HashingAlgorithm;
  /** Default: everything is accepted. */
  readonly credential_validator?: CredentialValidatorOptions;
}

/** What is kept of a password. */
export interface KeptPassword {
  readonly passwordHash: Uint8Array;
  readonly hashingAlgorithm: HashingAlgorithm;
}

/** A password that may not be used, and why. */
export class PasswordError extends Error {
  override name = "PasswordError";
}

/** Makes what is kept of new passwords. */
export class NewPasswords {
  readonly #hashingAlgorithm: HashingAlgorithm;
  readonly #validate: CredentialValidator;
  readonly #randomBytes: RandomBytes;

  /** Throws `RangeError` or `PatternError` when the credential validator can't be made. */
  constructor(options: PasswordOptions, randomBytes: RandomBytes) {
    this.#hashingAlgorithm = options.password_hashing_module ?? DEFAULT_HASHING_ALGORITHM;
    this.#validate = credentialValidator(options.credential_validator);
    this.#randomBytes = randomBytes;
  }

  /** Throws {@linkcode PasswordError} when the credential validator does not accept the password for this user. */
  keep(username: string, password: string): KeptPassword {
    const problem = this.#validate(username, password);
    if (problem !== undefined) throw new PasswordError(problem);
    const hashingAlgorithm = this.#hashingAlgorithm;
    return { passwordHash: hashPassword(password, this.#randomBytes, hashingAlgorithm), hashingAlgorithm };
  }
}

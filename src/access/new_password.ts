import {
  type CredentialValidator,
  credentialValidator,
  type CredentialValidatorOptions,
} from "./credential_validator.ts";
import { DEFAULT_HASHING_ALGORITHM, type HashingAlgorithm, hashPassword, type RandomBytes } from "./password.ts";

/** Checking and hashing of the passwords of the broker's own users. */
export interface PasswordOptions {
  /** Default: `rabbit_password_hashing_sha256`. */
  readonly password_hashing_module?: HashingAlgorithm;
  /** Default: accepts everything. */
  readonly credential_validator?: CredentialValidatorOptions;
}

/** The hash of a password. */
export interface KeptPassword {
  readonly passwordHash: Uint8Array;
  readonly hashingAlgorithm: HashingAlgorithm;
}

/** A refused password with the reason. */
export class PasswordError extends Error {
  /** Name of the class. */
  override name = "PasswordError";
}

/** Checks and hashes new passwords. */
export class NewPasswords {
  /** Algorithm of new hashes. */
  readonly hashingAlgorithm: HashingAlgorithm;
  readonly #validate: CredentialValidator;
  readonly #randomBytes: RandomBytes;

  /** Throws `RangeError` or `PatternError` for a wrong setting of the credential validator. */
  constructor(options: PasswordOptions, randomBytes: RandomBytes) {
    this.hashingAlgorithm = options.password_hashing_module ?? DEFAULT_HASHING_ALGORITHM;
    this.#validate = credentialValidator(options.credential_validator);
    this.#randomBytes = randomBytes;
  }

  /** Hashes a user's password. Throws {@linkcode PasswordError} when the credential validator refuses it. */
  keep(username: string, password: string): KeptPassword {
    const problem = this.#validate(username, password);
    if (problem !== undefined) throw new PasswordError(problem);
    return { passwordHash: this.hash(password), hashingAlgorithm: this.hashingAlgorithm };
  }

  /** Hashes a password, whatever the credential validator says about it. */
  hash(password: string): Uint8Array {
    return hashPassword(password, this.#randomBytes, this.hashingAlgorithm);
  }
}

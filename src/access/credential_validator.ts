import { Pattern } from "../pattern/pattern.ts";

/** RabbitMQ's `credential_validator.*`, the rules for passwords of users. */
export interface CredentialValidatorOptions {
  /** Default: `rabbit_credential_validator_accept_everything`. */
  readonly validation_backend?: ValidationBackend;
  /** Minimum length of a password for `rabbit_credential_validator_min_password_length`. In bytes. Default: 5. */
  readonly min_length?: number;
  /** Pattern of a password for `rabbit_credential_validator_password_regexp`. It has no default. */
  readonly regexp?: string;
}

/** Returns what is wrong with a user's new password; `undefined` when it is accepted. */
export type CredentialValidator = (username: string, password: string) => string | undefined;

const MIN_LENGTH = 5;

const VALIDATION_BACKENDS = {
  rabbit_credential_validator_accept_everything: () => () => undefined,
  rabbit_credential_validator_min_password_length: ({ min_length: minLength = MIN_LENGTH }) => (_username, password) =>
    new TextEncoder().encode(password).length >= minLength
      ? undefined
      : `minimum required password length is ${minLength}`,
  rabbit_credential_validator_password_regexp: ({ regexp }) => {
    if (regexp === undefined) throw new RangeError("credential_validator.regexp is not set");
    const pattern = new Pattern(regexp);
    return (_username, password) =>
      pattern.matches(password) ? undefined : "provided password does not match the validator regular expression";
  },
} satisfies Record<ValidationBackend, (options: CredentialValidatorOptions) => CredentialValidator>;

/** RabbitMQ's `credential_validator.validation_backend`. */
export type ValidationBackend =
  | "rabbit_credential_validator_accept_everything"
  | "rabbit_credential_validator_min_password_length"
  | "rabbit_credential_validator_password_regexp";

export const VALIDATION_BACKEND_NAMES = Object.keys(VALIDATION_BACKENDS) as readonly ValidationBackend[];

/**
 * Makes the validator of the options. Throws `RangeError` when its regular expression is missing, and `PatternError`
 * when it is invalid.
 */
export function credentialValidator(options: CredentialValidatorOptions = {}): CredentialValidator {
  const name = options.validation_backend ?? "rabbit_credential_validator_accept_everything";
  const make: (options: CredentialValidatorOptions) => CredentialValidator = VALIDATION_BACKENDS[name];
  return make(options);
}

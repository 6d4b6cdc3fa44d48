import { Pattern } from "../pattern/pattern.ts";

/** RabbitMQ's `credential_validator.*`: which passwords a user may be given. */
export interface CredentialValidatorOptions {
  /** Default: `rabbit_credential_validator_accept_everything`. */
  readonly validation_backend?: ValidationBackend;
  /** Length that `rabbit_credential_validator_min_password_length` asks for. In bytes. Default: 5. */
  readonly min_length?: number;
  /** What `rabbit_credential_validator_password_regexp` looks for in a password. It has no default. */
  readonly regexp?: string;
}

/** Tells what is wrong with the password that a user is to have; `undefined` when it is good. */
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
} satisfies Record<string, (options: CredentialValidatorOptions) => CredentialValidator>;

/** RabbitMQ's `credential_validator.validation_backend`. */
export type ValidationBackend = keyof typeof VALIDATION_BACKENDS;

export const VALIDATION_BACKEND_NAMES = Object.keys(VALIDATION_BACKENDS) as readonly ValidationBackend[];

/**
 * Makes the validator that options ask for. Throws `RangeError` when it lacks its regular expression, and `PatternError`
 * when that can't be read.
 */
export function credentialValidator(options: CredentialValidatorOptions = {}): CredentialValidator {
  const name = options.validation_backend ?? "rabbit_credential_validator_accept_everything";
  const make: (options: CredentialValidatorOptions) => CredentialValidator = VALIDATION_BACKENDS[name];
  return make(options);
}

import { type CipherChoice, CIPHERS, DEFAULT_CHOICE, HASH_NAMES } from "../passphrase_cipher.ts";
import { readName } from "../value.ts";
import type { Effect, Effects } from "./effect.ts";

/** The passphrase of encrypted values in the configuration, and how they are encrypted. */
export interface EncryptionConfig {
  readonly configEntryDecoder?: Partial<CipherChoice> & { readonly passphrase?: string };
}

type Draft = { -readonly [Name in keyof EncryptionConfig]: EncryptionConfig[Name] };

const key = (
  help: string,
  read: (value: string) => EncryptionConfig["configEntryDecoder"],
  fallback?: string,
): Effect<Draft> => ({
  help,
  default: fallback,
  live: "now",
  apply: (draft, value) => void (draft.configEntryDecoder = { ...draft.configEntryDecoder, ...read(value) }),
});

/** What RabbitMQ's `advanced.config` says in `config_entry_decoder`. */
export const ENCRYPTION: Effects<Draft> = {
  "config_entry_decoder.passphrase": key(
    "passphrase of values that begin with encrypted:, as $(NAME) of an environment variable or $(<FILE) of a file",
    (passphrase) => ({ passphrase }),
  ),
  "config_entry_decoder.cipher": key(
    `cipher of these values: ${CIPHERS.join(", ")}`,
    (value) => ({ cipher: readName(value, CIPHERS) }),
    DEFAULT_CHOICE.cipher,
  ),
  "config_entry_decoder.hash": key(
    `hash function that makes the key of the passphrase: ${HASH_NAMES.join(", ")}`,
    (value) => ({ hash: readName(value, HASH_NAMES) }),
    DEFAULT_CHOICE.hash,
  ),
  "config_entry_decoder.iterations": key(
    "iterations of that function",
    (value) => ({ iterations: Number(value) }),
    String(DEFAULT_CHOICE.iterations),
  ),
};

import { ConfigError, readConfig } from "../config/config.ts";
import { findKnownKey } from "../config/known_keys/known_keys.ts";
import { type CipherChoice, decrypt, DEFAULT_CHOICE } from "../config/passphrase_cipher.ts";
import { formatKey, type Setting } from "../config/setting.ts";
import { type ConfigMeans, type Flags, type GatheredSettings, gatherSettings } from "../config/sources.ts";
import { decodeTerm } from "./ctl/encrypted/external_term.ts";
import { Atom } from "./ctl/term.ts";

/** Beginning of an encrypted value, as RabbitMQ 4 writes it. */
export const ENCRYPTED_PREFIX = "encrypted:";

/**
 * Gathers settings and decrypts their secrets. Every way to the settings of a server is this one. Rejects with
 * {@linkcode ConfigError}, which names the key and its place, and shows neither value nor passphrase.
 */
export async function readSettings(means: ConfigMeans, flags: Flags): Promise<GatheredSettings> {
  const { settings, files } = gatherSettings(means, flags);
  return { settings: await decryptSettings(settings), files };
}

/** Decrypts the values of secret keys that begin with `encrypted:` by the passphrase in `config_entry_decoder.*`. */
export async function decryptSettings(settings: readonly Setting[]): Promise<readonly Setting[]> {
  if (!settings.some(isEncrypted)) return settings;
  const { config } = readConfig(settings.filter(({ key }) => key[0] === "config_entry_decoder"));
  const { passphrase, ...choice } = config.configEntryDecoder ?? {};
  const problems: string[] = [];

  async function decrypted(setting: Setting): Promise<Setting> {
    if (!isEncrypted(setting)) return setting;
    try {
      return { ...setting, value: await decryptValue(setting.value, passphrase, { ...DEFAULT_CHOICE, ...choice }) };
    } catch (error) {
      problems.push(`${setting.source}: ${formatKey(setting.key)} ${(error as Error).message}`);
      return setting;
    }
  }

  // One after the other, so that the problems are in the order of the settings.
  const result: Setting[] = [];
  for (const setting of settings) result.push(await decrypted(setting));
  if (problems.length > 0) throw new ConfigError(problems.join("\n"));
  return result;
}

/** Returns whether a setting is a secret that is encrypted. A text of another key may begin in the same way. */
const isEncrypted = ({ key, value }: Setting): boolean =>
  value.startsWith(ENCRYPTED_PREFIX) && key[0] !== "config_entry_decoder" && findKnownKey(key)?.type === "secret";

/** Returns the binary, the string or the atom that a value has in it: the commands make an atom of a bare word. Rejects with the predicate of a sentence about the key. */
async function decryptValue(value: string, passphrase: string | undefined, choice: CipherChoice): Promise<string> {
  if (passphrase === undefined) {
    throw new Error(
      "is encrypted, and there is no passphrase: set config_entry_decoder.passphrase, for example to $(<FILE).",
    );
  }
  const term = await decrypt(value.slice(ENCRYPTED_PREFIX.length), passphrase, choice).then(decodeTerm).catch(() => {
    throw new Error(
      "can't be decrypted: another passphrase, cipher, hash or number of iterations than those in " +
        "config_entry_decoder.* encrypted it, or it is not complete.",
    );
  });
  if (typeof term === "string") return term;
  if (term instanceof Atom) return term.name;
  if (Array.isArray(term) && term.every((item) => typeof item === "number")) return String.fromCodePoint(...term);
  throw new Error("is encrypted, but what is in it is no text.");
}

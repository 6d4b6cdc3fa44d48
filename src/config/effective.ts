import { behaviourOf } from "../broker/compat/behaviour.ts";
import { EFFECTS, lastOfEachKey, readConfig } from "./config.ts";
import { defaultOf } from "./keys/effect.ts";
import { findKnownKey } from "./known_keys/known_keys.ts";
import { formatKey, type Setting } from "./setting.ts";

/** The effective value of a key. */
export interface EffectiveSetting {
  readonly name: string;
  /** The value as it was written; absent for a secret. */
  readonly value?: string;
  readonly source: string;
}

/** Pattern of the names of keys with secret values, whatever their type. */
const SECRET = /pass|secret|token|credential/;

/** Returns whether a key's value is a secret. The key must exist. */
export function isSecretKey({ key }: Pick<Setting, "key">): boolean {
  const name = formatKey(key);
  return findKnownKey(key)!.type === "secret" || SECRET.test(name) && !name.startsWith("credential_validator.");
}

/** Returns the name for which a key stands: its own, or that of another key with the same meaning. */
export function meaningOf(key: Setting["key"]): string {
  const name = findKnownKey(key)?.name ?? formatKey(key);
  const meaning = EFFECTS[name]?.meaning ?? name;
  return meaning.includes("$") ? formatKey(key) : meaning;
}

/** Returns the effective value of a key, with or without a default; `undefined` when it has none. */
export function effectiveSetting(settings: readonly Setting[], key: Setting["key"]): EffectiveSetting | undefined {
  const meaning = meaningOf(key);
  return effectiveSettings(settings).find(({ name }) => meaningOf(name.split(".")) === meaning);
}

/** Returns the effective settings, and the defaults of keys without one. The settings must be valid. */
export function effectiveSettings(settings: readonly Setting[]): EffectiveSetting[] {
  const effective = new Map<string, EffectiveSetting & { readonly meaning: string }>();
  for (const { key, value, source } of lastOfEachKey(settings)) {
    const known = findKnownKey(key)!;
    const effect = EFFECTS[known.name];
    if (effect === undefined) continue;
    const meaning = effect.meaning ?? known.name;
    // Of keys with one meaning the last one counts.
    if (!meaning.includes("$")) {
      for (const [name, other] of effective) if (other.meaning === meaning) effective.delete(name);
    }
    const name = formatKey(key);
    effective.set(name, { name, value: isSecretKey({ key }) ? undefined : value, source, meaning });
  }
  const meanings = new Set([...effective.values()].map(({ meaning }) => meaning));
  const behaviour = behaviourOf(readConfig(settings).config);
  for (const [name, effect] of Object.entries(EFFECTS)) {
    const value = defaultOf(effect, behaviour);
    if (value === undefined || meanings.has(name)) continue;
    const isSecret = findKnownKey(name.split("."))?.type === "secret";
    effective.set(name, { name, value: isSecret ? undefined : value, source: "default", meaning: name });
  }
  return [...effective.values()].map(({ name, value, source }) => ({ name, value, source }))
    .sort((a, b) => a.name < b.name ? -1 : 1);
}

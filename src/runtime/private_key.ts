import { nodeCrypto } from "./node_tls.ts";

/** Returns a private key in PEM format without its password. Throws when it can't be read with that. */
export function decryptKey(key: string, password: string): string {
  return nodeCrypto().createPrivateKey({ key, passphrase: password }).export({ type: "pkcs8", format: "pem" });
}

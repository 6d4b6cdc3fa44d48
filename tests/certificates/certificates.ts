import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Returns the path of a file that make.sh made, such as `client.pem`. */
export const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Reads a file that make.sh made. */
export const pem = (name: string): string => readFileSync(pathOf(name), "utf8");

/** Returns the bytes of the first certificate in a file. */
export function der(name: string): Uint8Array {
  const [, base64] = /-----BEGIN CERTIFICATE-----([^-]+)/.exec(pem(name))!;
  return new Uint8Array(Buffer.from(base64, "base64"));
}

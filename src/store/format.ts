import { phrase } from "../phrase/phrase.ts";
import { StoreError } from "./error.ts";

/** The version of the format in which files are written. */
export const FORMAT_VERSION = 3;
/** The oldest version that is read. What it wrote otherwise is in `record_types.ts`. */
const FORMAT_VERSION_MIN = 2;

/** Throws `StoreError` when a file was written in a format that this HareMQ does not know. */
export function checkVersion(file: string, version: number): void {
  if (version >= FORMAT_VERSION_MIN && version <= FORMAT_VERSION) return;
  throw new StoreError(
    phrase`${file} has format version ${version}, and this HareMQ knows versions ${FORMAT_VERSION_MIN} to ${FORMAT_VERSION} only. Nothing was changed. Start the HareMQ that wrote it, or choose another folder with --data-dir.`,
  );
}

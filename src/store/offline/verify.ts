import { FileBlocks } from "../blocks/file_blocks.ts";
import type { Crc32 } from "../crc32.ts";
import { CorruptStoreError } from "../error.ts";
import type { Files } from "../files.ts";
import { FileLog } from "../log/file_log.ts";
import { recover } from "../recovery.ts";
import { survey } from "./survey.ts";
import type { Damage, Survey } from "./surveyed.ts";

/** Reads all that is in a folder, and what a broker would make of it. Throws `StoreError` when its format is not known. */
export async function verify(files: Files, crc32: Crc32): Promise<Survey> {
  const found = await survey(files, crc32);
  const refusal = await findRefusal(files, crc32);
  const isKnown = found.damages.some(({ file, offset }) => file === refusal?.file && offset === refusal.offset);
  return refusal === undefined || isKnown ? found : { ...found, damages: [...found.damages, refusal] };
}

/** Does what a broker does when it starts, but for changing anything, and returns why it would not go on. */
async function findRefusal(files: Files, crc32: Crc32): Promise<Damage | undefined> {
  const blocks = new FileBlocks(files);
  let log: FileLog | undefined;
  try {
    log = await FileLog.open({ files, crc32, after: () => () => {}, readOnly: true });
    await recover(log, blocks, crc32);
    return undefined;
  } catch (error) {
    if (!(error instanceof CorruptStoreError)) throw error;
    const { file, offset, what } = error;
    return { file, offset, what };
  } finally {
    await log?.close();
    await blocks.close();
  }
}

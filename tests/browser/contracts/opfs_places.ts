import type { Blocks } from "../../../src/store/blocks/blocks.ts";
import { FileBlocks } from "../../../src/store/blocks/file_blocks.ts";
import { FileLog } from "../../../src/store/log/file_log.ts";
import type { Log } from "../../../src/store/log/log.ts";
import type { OpfsFolder, StorageEstimate } from "../../../src/store/opfs/opfs.ts";
import { OpfsFiles } from "../../../src/store/opfs/opfs_files.ts";
import type { BlockPlace } from "../../store/blocks/block_places.ts";
import type { LogPlace } from "../../store/log/log_places.ts";
import { seededRandom } from "../../store/seeded_random.ts";
import { SimulatedEvents } from "../../store/simulated_events.ts";
import { MortalFolder } from "./mortal_folder.ts";

interface Folder extends OpfsFolder {
  getDirectoryHandle(name: string, options: { readonly create: boolean }): Promise<Folder>;
}

/** The part of a browser's interface that is used here. */
declare const navigator: {
  readonly storage: { getDirectory(): Promise<Folder>; estimate(): Promise<StorageEstimate> };
};

export const estimate = (): Promise<StorageEstimate> => navigator.storage.estimate();

let folderCount = 0;

/** Returns an empty folder of the browser's file system. */
export async function newFolder(): Promise<OpfsFolder> {
  const root = await navigator.storage.getDirectory();
  return await root.getDirectoryHandle(`contract-${++folderCount}`, { create: true });
}

export const newFiles = async (): Promise<OpfsFiles> => await OpfsFiles.open({ folder: await newFolder(), estimate });

const FILE_BYTES = 32 * 1024;

/** A folder of the browser's file system, for one process after the other. */
class OpfsPlace {
  readonly events: SimulatedEvents;
  readonly isShared = false;
  readonly #folder = newFolder();
  #mortal: MortalFolder | undefined;
  #files: OpfsFiles | undefined;
  #closing: Promise<void> | undefined;

  constructor(seed: number) {
    this.events = new SimulatedEvents(seededRandom(seed));
  }

  protected async openFiles(): Promise<OpfsFiles> {
    this.kill();
    await this.#closing;
    const folder = this.#mortal = new MortalFolder(await this.#folder);
    return this.#files = await OpfsFiles.open({ folder, estimate });
  }

  /** Ends a Worker. The browser closes what it has open. */
  kill(): void {
    if (this.#files === undefined) return;
    this.#mortal!.changesLeft = 0;
    this.#closing = this.#files.close().catch(() => {});
    this.#files = undefined;
    this.events.clear();
  }
}

export class OpfsLogPlace extends OpfsPlace implements LogPlace {
  async open(): Promise<Log> {
    const files = await this.openFiles();
    return await FileLog.open({ files, after: this.events.after, fileBytes: FILE_BYTES, batchBytes: 4096 });
  }

  disturb(): void {}
}

export class OpfsBlockPlace extends OpfsPlace implements BlockPlace {
  async open(): Promise<Blocks> {
    const blocks = new FileBlocks(await this.openFiles());
    await blocks.removeUnfinished();
    return blocks;
  }
}

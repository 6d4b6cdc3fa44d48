import type { MessageEnd } from "../transport/port_transport.ts";
import type { OpfsFolder, StorageEstimate } from "../store/opfs/opfs.ts";

/** The parts of a browser's interface that are used here, in pages and Workers alike. */
export interface Browser {
  readonly navigator: {
    readonly locks: {
      request(
        name: string,
        options: { readonly signal?: AbortSignal },
        hold: () => Promise<unknown> | void,
      ): Promise<unknown>;
    };
    readonly storage: { getDirectory(): Promise<OpfsRoot>; estimate(): Promise<StorageEstimate> };
  };
  readonly BroadcastChannel: new (name: string) => Channel;
}

/** A channel between all pages and Workers of an origin. */
export interface Channel extends MessageEnd {
  postMessage(message: unknown): void;
}

interface OpfsRoot extends OpfsFolder {
  getDirectoryHandle(name: string, options: { readonly create: boolean }): Promise<OpfsFolder>;
}

export const browser = globalThis as unknown as Browser;

declare const process: { readonly platform: string };

/** What differs between systems, beside the runtimes' own interfaces. */
export interface Platform {
  /** Signals that stop the server. */
  readonly stopSignals: readonly string[];
  /** Signals that make the server read its configuration again. */
  readonly reloadSignals: readonly string[];
  /**
   * How a folder is opened to be synced. Windows flushes only what is open for writing, and refuses that for folders of
   * others.
   */
  readonly folderSync: { readonly access: "O_RDONLY" | "O_RDWR"; readonly refusals: readonly string[] };
  /** Name of the file in a data folder that is locked. */
  readonly lockName: string;
  /** Error codes of files that another program has open for a moment, with which an operation is tried again. */
  readonly busyCodes: readonly string[];
  /** True when a socket in a folder is its owner's alone; otherwise a named pipe stands in for it. */
  readonly hasPrivateSockets: boolean;
  /** Returns the folder of the machine's configuration. */
  configFolder(environment: (name: string) => string | undefined): string | undefined;
}

/** Name of the file with the process id of the broker that has locked a data folder. */
export const PROCESS_ID_FILE = "lock";

const UNIX: Platform = {
  stopSignals: ["SIGINT", "SIGTERM"],
  reloadSignals: ["SIGHUP"],
  folderSync: { access: "O_RDONLY", refusals: [] },
  lockName: PROCESS_ID_FILE,
  busyCodes: [],
  hasPrivateSockets: true,
  configFolder: () => "/etc/haremq",
};

const WINDOWS: Platform = {
  // Ctrl-C, Ctrl-Break, and the window's end: Windows has no SIGTERM, and its SIGHUP is not a wish to reload.
  stopSignals: ["SIGINT", "SIGBREAK", "SIGHUP"],
  reloadSignals: [],
  folderSync: { access: "O_RDWR", refusals: ["EPERM", "EACCES"] },
  // A file of its own: nobody can read one that is locked.
  lockName: "locked",
  // Virus scanners, indexers and backups open files without sharing them.
  busyCodes: ["EPERM", "EACCES", "EBUSY"],
  hasPrivateSockets: false,
  // Not a folder of the drive's root, in which every user may make folders.
  configFolder(environment) {
    const folder = environment("APPDATA");
    return folder === undefined || folder === "" ? undefined : `${folder}\\HareMQ`;
  },
};

/** Returns what differs on a system of this name, as in `process.platform`. */
export const platformOf = (name: string): Platform => name === "win32" ? WINDOWS : UNIX;

/** The system that this process runs on. */
export const platform = platformOf(process.platform);

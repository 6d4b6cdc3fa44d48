import process from "node:process";

/** Folder of the programs that install.sh has fetched. */
export const CACHE = `${process.env.XDG_CACHE_HOME ?? `${process.env.HOME}/.cache`}/haremq-interop`;

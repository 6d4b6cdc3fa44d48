/** Follows the instructions of a Dockerfile in folders, where there is no container engine. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";

/** A stage of an image, as far as its instructions have been followed. */
export interface Stage {
  /** Folder with its root file system. */
  readonly root: string;
  readonly env: Record<string, string>;
  folder: string;
  user: string;
  entrypoint: readonly string[];
  command: readonly string[];
  stopSignal: string;
}

/** Places and things that the instructions use. */
export interface ImageSources {
  /** Folder that is copied from. */
  readonly context: string;
  /** Makes the root file system of a named image in a new folder, and returns that. */
  readonly pull: (image: string) => string;
  /** Environment of the commands besides the image's own. */
  readonly env: Readonly<Record<string, string>>;
}

/** Returns the instructions of a Dockerfile, with continued lines joined. */
export const instructionsOf = (dockerfile: string): [name: string, rest: string][] =>
  dockerfile.replaceAll(/\\\n\s*/g, "").split("\n").filter((line) => !/^\s*(#|$)/.test(line)).map((line) => {
    const [, name, rest] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`malformed line: ${line}`);
    return [name, rest];
  });

/** Runs a command in a stage. Throws when it fails. */
export function runIn({ root, env, folder, user }: Stage, command: readonly string[], extra = {}): void {
  const mounted = ["--mount", "sh", "-c", 'mount -t proc proc "$0/proc" && exec chroot "$@"', root];
  const chroot = ["unshare", ...mounted, `--userspec=${user}:${user}`, root, "/usr/bin/env", "-C", folder, ...command];
  const all = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...env, ...extra };
  const { status, error } = spawnSync(chroot[0], chroot.slice(1), { env: all, stdio: "inherit" });
  if (status !== 0) throw new Error(`${command.join(" ")}: ${error?.message ?? `status ${status}`}`);
}

/** Copies files and the contents of folders, as COPY does. */
function copy(from: string, to: Stage, rest: string): void {
  const parts = rest.split(" ");
  const place = join(to.root, parts.at(-1)!.startsWith("/") ? "" : to.folder, parts.at(-1)!);
  for (const source of parts.slice(0, -1)) {
    const path = join(from, source);
    const isInFolder = !statSync(path).isDirectory() &&
      (parts.at(-1)!.endsWith("/") || existsSync(place) && statSync(place).isDirectory());
    cpSync(path, isInFolder ? join(place, basename(source)) : place, { recursive: true });
  }
}

type Instruction = (stage: Stage, rest: string, sources: ImageSources, stages: ReadonlyMap<string, Stage>) => void;

const nothing: Instruction = () => {};

const INSTRUCTIONS: Readonly<Record<string, Instruction>> = {
  WORKDIR(stage, folder) {
    stage.folder = folder;
    mkdirSync(join(stage.root, folder), { recursive: true });
  },
  COPY(stage, rest, { context }, stages) {
    const [, name, files] = /^--from=(\S+) (.+)$/.exec(rest) ?? [];
    copy(name === undefined ? context : stages.get(name)!.root, stage, files ?? rest);
  },
  RUN: (stage, rest, { env }) => runIn(stage, ["/bin/sh", "-c", rest], env),
  ENV(stage, rest) {
    for (const pair of rest.split(" ")) stage.env[pair.slice(0, pair.indexOf("="))] = pair.slice(pair.indexOf("=") + 1);
  },
  USER: (stage, user) => void (stage.user = user),
  STOPSIGNAL: (stage, signal) => void (stage.stopSignal = signal),
  ENTRYPOINT: (stage, rest) => void (stage.entrypoint = JSON.parse(rest)),
  CMD: (stage, rest) => void (stage.command = JSON.parse(rest)),
  VOLUME: nothing,
  EXPOSE: nothing,
};

/** Follows all instructions, and returns the last stage. Needs the rights to change the root of a process. */
export function buildStages(dockerfile: string, sources: ImageSources): Stage {
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const [name, rest] of instructionsOf(dockerfile)) {
    console.log(`${name} ${rest}`);
    if (name === "FROM") {
      const [image, , label = String(stages.size)] = rest.split(" ");
      const root = sources.pull(image);
      stage = { root, env: {}, folder: "/", user: "root", entrypoint: [], command: [], stopSignal: "SIGTERM" };
      stages.set(label, stage);
      continue;
    }
    const follow = INSTRUCTIONS[name];
    if (follow === undefined || stage === undefined) throw new Error(`${name} is not known here`);
    follow(stage, rest, sources, stages);
  }
  return stage!;
}

/** The parts of Node's interface that are used here. */
declare const process: {
  readonly env: Readonly<Record<string, string | undefined>>;
  getBuiltinModule(name: "node:child_process"): {
    spawnSync(
      command: string,
      args: readonly string[],
      options: { env: Readonly<Record<string, string | undefined>>; encoding: "utf8" },
    ): { readonly status: number | null; readonly stderr: string | null };
  };
};

const PROGRAM = "systemd-notify";

/**
 * Has systemd's own program send a text to a socket of systemd, as Node has no datagrams on Unix-domain sockets. The
 * service needs `NotifyAccess=all`, because another process sends it. Throws when it can't be sent.
 */
export function notifyByProgram(path: string, text: string): void {
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const env = { ...process.env, NOTIFY_SOCKET: path };
  const { status, stderr } = spawnSync(PROGRAM, text.split("\n"), { env, encoding: "utf8" });
  if (status === null) throw new Error(`${PROGRAM} can't be run`);
  if (status !== 0) throw new Error(`Nothing can be sent to ${path} by ${PROGRAM} (${stderr?.trim()})`);
}

import { execute } from "./command.ts";
import type { Check } from "./suite.ts";

const UNIT = new URL("../../packaging/haremq.service", import.meta.url);

/** Checks of the unit by systemd itself, which complains of unknown settings and values. */
export const UNIT_CHECKS: Record<string, Check> = {
  "packaging/haremq.service": async () => {
    const folder = await Deno.makeTempDir();
    try {
      const unit = await Deno.readTextFile(UNIT);
      // The program need not be installed.
      const path = `${folder}/haremq.service`;
      await Deno.writeTextFile(path, unit.replace(/^ExecStart=\S+/m, "ExecStart=/bin/true"));
      const { succeeded, output } = await execute(["systemd-analyze", "verify", path]);
      if (!succeeded || output.trim() !== "") throw new Error(output);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
};

/**
 * Bundles programs for a browser: `bun tests/browser/bundle.ts FOLDER PROGRAM...`. Tests in them run by a stand-in for
 * `node:test`. Run by {@link file://./bundled.ts}.
 */
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The parts of Bun's interface that are used here. */
declare const Bun: {
  build(options: {
    readonly entrypoints: readonly string[];
    readonly outdir: string;
    readonly naming: string;
    readonly target: "browser";
    readonly plugins: readonly { readonly name: string; setup(builder: Builder): void }[];
  }): Promise<{ readonly success: boolean; readonly logs: readonly unknown[] }>;
};

interface Builder {
  onResolve(options: { readonly filter: RegExp }, resolve: () => { readonly path: string }): void;
}

/** Modules that a browser needs a stand-in for. */
const STAND_INS: readonly { readonly name: RegExp; readonly file: string }[] = [
  { name: /^node:assert\/strict$/, file: "./contracts/node_assert_strict.ts" },
  { name: /^node:test$/, file: "./contracts/node_test.ts" },
  { name: /^node:timers$/, file: "./contracts/node_timers.ts" },
  { name: /\/runtime\/client_socket\.ts$/, file: "../../bench/tab/port_socket.ts" },
];

const [outdir, ...entrypoints] = process.argv.slice(2);
const { success, logs } = await Bun.build({
  entrypoints,
  outdir,
  naming: "[name].[ext]",
  target: "browser",
  plugins: [{
    name: "stand-ins",
    setup(builder) {
      for (const { name, file } of STAND_INS) {
        const path = fileURLToPath(new URL(file, import.meta.url));
        builder.onResolve({ filter: name }, () => ({ path }));
      }
    },
  }],
});
for (const log of logs) console.error(log);
process.exitCode = success ? 0 : 1;

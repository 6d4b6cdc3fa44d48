/** The platforms that executables are made for. */
export interface CompileTarget {
  /** Name on the command line; behind `bun-` also Bun's own. */
  readonly name: string;
  /** Package of npm that holds Bun for the platform, which the executable wraps. */
  readonly package: string;
  readonly platform: string;
}

export const COMPILE_TARGETS: readonly CompileTarget[] = [
  { name: "linux-x64", package: "@oven/bun-linux-x64", platform: "Linux with glibc, x64" },
  { name: "linux-arm64", package: "@oven/bun-linux-aarch64", platform: "Linux with glibc, arm64" },
  { name: "linux-x64-musl", package: "@oven/bun-linux-x64-musl", platform: "Linux with musl, such as Alpine, x64" },
  { name: "linux-arm64-musl", package: "@oven/bun-linux-aarch64-musl", platform: "Linux with musl, arm64" },
  { name: "darwin-x64", package: "@oven/bun-darwin-x64", platform: "macOS on Intel" },
  { name: "darwin-arm64", package: "@oven/bun-darwin-aarch64", platform: "macOS on Apple silicon" },
  { name: "windows-x64", package: "@oven/bun-windows-x64", platform: "Windows, x64" },
  { name: "windows-arm64", package: "@oven/bun-windows-aarch64", platform: "Windows, arm64" },
];

/** Returns the name of a target's executable. */
export const executableName = ({ name }: CompileTarget): string =>
  `haremq-${name}${name.startsWith("windows") ? ".exe" : ""}`;

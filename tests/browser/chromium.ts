import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from "playwright-core";

/** The program of Debian's package. */
export const CHROMIUM = "/usr/bin/chromium";

/** Time limit of a start, also on a machine that is busy with other tests. In milliseconds. */
const START_TIMEOUT_MS = 60_000;

/** Options of every start. Chromium can't make its sandbox as root, or in a container without privileges. */
function launchOptions(program: string): LaunchOptions {
  if (!existsSync(program)) {
    throw new Error(
      `Tests in a browser need Chromium at ${program}: run tests/interop/install.sh, or apt-get install chromium`,
    );
  }
  return { executablePath: program, headless: true, chromiumSandbox: false, timeout: START_TIMEOUT_MS };
}

/**
 * Starts Chromium without a window, with a profile that is removed at its end. It ends with the variable, or with this
 * process, however that ends:
 *
 *     await using browser = await launchChromium();
 *     const page = await browser.newPage();
 */
export async function launchChromium(program = CHROMIUM): Promise<Browser> {
  return await chromium.launch(launchOptions(program));
}

/** A Chromium with a profile on disk, which is removed at its end. */
export interface ChromiumOnDisk extends AsyncDisposable {
  readonly context: BrowserContext;
}

/** Starts Chromium with a profile on disk. Without one, what pages store is in memory, as in a private window. */
export async function launchOnDisk(): Promise<ChromiumOnDisk> {
  const folder = await mkdtemp(join(tmpdir(), "haremq-profile-"));
  const remove = () => rm(folder, { recursive: true });
  try {
    const context = await openProfile(folder);
    return {
      context,
      async [Symbol.asyncDispose]() {
        await context.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Starts Chromium with the profile in a folder, which keeps what pages store. A folder serves one Chromium at a time. */
export async function openProfile(folder: string): Promise<BrowserContext> {
  return await chromium.launchPersistentContext(folder, launchOptions(CHROMIUM));
}

/** Kills a Chromium at once, with all its processes, as a crash or `kill -9` does. */
export async function killChromium(context: BrowserContext): Promise<void> {
  const browser = context.browser()!;
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const ended = new Promise((resolve) => browser.on("disconnected", resolve));
  for (const { id } of processInfo) kill(id);
  await ended;
}

function kill(processId: number): void {
  try {
    process.kill(processId, "SIGKILL");
  } catch {
    // It ended with another one.
  }
}

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { platformOf } from "../../src/runtime/platform.ts";

describe("on Windows", () => {
  const windows = platformOf("win32");

  it("Ctrl-C, Ctrl-Break and the window's end stop the server, and no signal reloads", () => {
    assert.deepEqual(windows.stopSignals, ["SIGINT", "SIGBREAK", "SIGHUP"]);
    assert.deepEqual(windows.reloadSignals, []);
  });

  it("the machine's configuration is the user's, not in a folder of the drive's root", () => {
    const environment = (name: string) => ({ APPDATA: "C:\\Users\\a\\AppData\\Roaming" })[name];
    assert.equal(windows.configFolder(environment), "C:\\Users\\a\\AppData\\Roaming\\HareMQ");
    for (const value of [undefined, ""]) assert.equal(windows.configFolder(() => value), undefined);
  });

  it("the locked file is not the one with the process id, which others read", () => {
    assert.equal(windows.lockName, "locked");
  });
});

describe("on Unix", () => {
  it("SIGINT and SIGTERM stop the server, SIGHUP reloads, and the configuration is in /etc/haremq", () => {
    for (const name of ["linux", "darwin", "freebsd"]) {
      const { stopSignals, reloadSignals, configFolder, busyCodes } = platformOf(name);
      assert.deepEqual([stopSignals, reloadSignals, busyCodes], [["SIGINT", "SIGTERM"], ["SIGHUP"], []]);
      assert.equal(configFolder(() => "elsewhere"), "/etc/haremq");
    }
  });
});

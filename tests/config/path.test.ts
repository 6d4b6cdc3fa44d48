import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { folderOf, isAbsolute, nameOf, prefixOf } from "../../src/config/path.ts";

describe("a path", () => {
  it("has a prefix, a folder and a name, with slashes and with backslashes", () => {
    const parts = (path: string) => [prefixOf(path), folderOf(path), nameOf(path)];
    assert.deepEqual(parts("a.conf"), ["", ".", "a.conf"]);
    assert.deepEqual(parts("/a.conf"), ["/", "/", "a.conf"]);
    assert.deepEqual(parts("/etc/haremq/a.conf"), ["/etc/haremq/", "/etc/haremq", "a.conf"]);
    assert.deepEqual(parts("C:\\a.conf"), ["C:\\", "C:\\", "a.conf"]);
    assert.deepEqual(parts("C:\\haremq\\a.conf"), ["C:\\haremq\\", "C:\\haremq", "a.conf"]);
    assert.deepEqual(parts("C:/haremq\\x/a.conf"), ["C:/haremq\\x/", "C:/haremq\\x", "a.conf"]);
  });

  it("is absolute with a slash at its beginning, or a drive and a slash", () => {
    for (const path of ["/a", "\\a", "\\\\server\\share", "C:\\a", "d:/a"]) assert.ok(isAbsolute(path), path);
    for (const path of ["a", "a/b", "C:a", "./a", "cc:/a", ""]) assert.ok(!isAbsolute(path), path);
  });
});

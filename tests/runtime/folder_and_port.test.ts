import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { FolderInUseError, FolderNotUsableError, listen, ListenError, openFolder } from "../../server.ts";

describe("a folder and a port of a program", () => {
  it("keep durable queues, for one broker at a time", async () => {
    const folder = mkdtempSync(join(tmpdir(), "haremq-folder-"));
    const path = join(folder, "data");
    const store = await openFolder(path);
    await assert.rejects(openFolder(path), FolderInUseError);
    const broker = new Broker({ store });
    await broker.vhost("/").queue("q").publish({ body: "kept", properties: { deliveryMode: 2 } });
    await broker.close();
    {
      await using again = new Broker({ store: await openFolder(path) });
      assert.equal((await again.vhost("/").queue("q").get())!.text(), "kept");
    }
    writeFileSync(join(folder, "file"), "");
    await assert.rejects(openFolder(join(folder, "file")), FolderNotUsableError);
    rmSync(folder, { recursive: true });
  });

  it("take clients until they are closed, one program at a time", async () => {
    await using broker = new Broker();
    const listener = await listen(broker, { port: 0 });
    await assert.rejects(listen(broker, { port: listener.port }), ListenError);
    assert.equal(listener.host, "127.0.0.1");
    await listener[Symbol.asyncDispose]();
    // A connection that the system had taken already is reset.
    const [error] = await once(connect(listener.port, "127.0.0.1"), "error");
    assert.match(error.code, /^ECONN(REFUSED|RESET)$/);
  });
});

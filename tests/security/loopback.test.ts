import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { after, before, describe, it } from "node:test";
import { RawClient } from "../raw_client.ts";
import { ConfiguredBroker } from "./configured_broker.ts";

/** An address of this machine outside of its loopback interface. */
const outer = Object.values(networkInterfaces()).flat().find((one) => one?.family === "IPv4" && !one.internal)?.address;

if (outer !== undefined) {
  describe("a user in loopback_users", () => {
    let open: ConfiguredBroker;
    let bound: ConfiguredBroker;
    before(async () => {
      const other = ["default_users.carrot.vhost_pattern = .*", "default_users.carrot.password = crunch"];
      bound = await ConfiguredBroker.start([`listeners.tcp.2 = ${outer}:0`, ...other]);
      open = await ConfiguredBroker.start([`listeners.tcp.2 = ${outer}:0`, "loopback_users = none"]);
    });
    after(async () => {
      await bound.close();
      await open.close();
    });

    const outside = async (broker: ConfiguredBroker) => {
      const [, port] = await broker.haremq.line(new RegExp(` and ${outer.replaceAll(".", "\\.")}:(\\d+)`));
      return { host: outer, port: Number(port) };
    };

    it("logs in over the loopback interface, and is refused elsewhere like a wrong password", async () => {
      await using _client = await bound.open();
      await using stranger = await RawClient.connect(await outside(bound));
      await stranger.logIn();
      const text =
        "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.";
      assert.deepEqual(await stranger.receiveClose(0), [403, text, 0, 0]);
      await bound.haremq.line(/PLAIN login refused: user 'guest' - user can only connect via localhost/);
    });

    it("is only guest by default", async () => {
      await using _client = await RawClient.open(await outside(bound), { user: "carrot", password: "crunch" });
    });

    it("does not exist where loopback_users is none", async () => {
      await using _client = await RawClient.open(await outside(open));
    });
  });
}

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { runHere } from "../cli/ctl/run_here.ts";
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

    it("changes by SIGHUP and by rabbitmqctl eval, for later connections and requests", async () => {
      const lines = ["listeners.tcp.1 = 127.0.0.1:0", `listeners.tcp.2 = ${outer}:0`, `management.tcp.ip = ${outer}`];
      const other = ["default_users.carrot.vhost_pattern = .*", "default_users.carrot.password = crunch"];
      const tags = ["default_users.carrot.tags = management", "default_users.guest.vhost_pattern = .*"];
      const guest = ["default_users.guest.password = guest", "default_users.guest.tags = management"];
      const all = [...lines, ...other, ...tags, ...guest];
      const broker = await ConfiguredBroker.start(all, {}, { hasManagement: true });
      try {
        const [, base] = await broker.haremq.line(/management API on (http:\/\/[\d.:]+)/);
        const address = await outside(broker);
        const carrot = { user: "carrot", password: "crunch" };
        const statusFor = async (credentials: string) => {
          const authorization = `Basic ${btoa(credentials)}`;
          const response = await fetch(`${base}/api/whoami`, { headers: { authorization } });
          await response.body?.cancel();
          return response.status;
        };
        const isRefused = async (options: { user?: string; password?: string }) => {
          await using client = await RawClient.connect(address);
          await client.logIn(options);
          assert.equal((await client.receiveClose(0))[0], 403);
        };
        const reloadWith = async (...added: string[]) => {
          await writeFile(`${broker.folder}/rabbitmq.conf`, [...all, ...added].join("\n"));
          process.kill(broker.haremq.child.pid!, "SIGHUP");
        };
        await using stays = await RawClient.open(address, carrot);
        assert.deepEqual([await statusFor("carrot:crunch"), await statusFor("guest:guest")], [200, 401]);

        await reloadWith("loopback_users.guest = false", "loopback_users.carrot = true");
        await broker.haremq.line(/loopback_users\.guest: now false, for new connections\n/);
        await broker.haremq.line(/loopback_users\.carrot: now true, for new connections\n/);
        await isRefused(carrot);
        await using _guest = await RawClient.open(address);
        await using _here = await broker.open(carrot);
        assert.deepEqual([await statusFor("carrot:crunch"), await statusFor("guest:guest")], [401, 200]);
        await stays.request(2, "channel.open");

        const evaluate = async (expression: string) => {
          const data = `${broker.folder}/data`;
          const { code, stdout, stderr } = await runHere(broker.folder, data, "rabbitmqctl", ["eval", expression]);
          return code === 0 ? stdout : `${code} ${stderr}`;
        };
        const read = "{ok, V} = application:get_env(rabbit, loopback_users), V.";
        assert.equal(await evaluate(read), '[<<"carrot">>]\n');
        assert.equal(await evaluate("application:set_env(rabbit, loopback_users, [])."), "ok\n");
        assert.equal(await evaluate(read), "[]\n");
        await using _carrot = await RawClient.open(address, carrot);
        assert.equal(
          await evaluate('application:set_env(rabbit, loopback_users, [<<"guest">>,<<"carrot">>]).'),
          "ok\n",
        );
        assert.equal(
          await evaluate("application:get_env(rabbit, loopback_users)."),
          '{ok,[<<"guest">>,<<"carrot">>]}\n',
        );
        await isRefused(carrot);
        await isRefused({});
        assert.match(
          await evaluate("application:set_env(rabbit, loopback_users, [carrot])."),
          /^69 .*loopback_users by eval to/s,
        );

        await reloadWith("heartbeat = 33");
        await broker.haremq.line(/heartbeat: now 33, for new connections\n/);
        await using _again = await RawClient.open(address, carrot);
        await isRefused({});
        await stays.request(3, "channel.open");
      } finally {
        await broker.close();
      }
    });

    it("does not exist where loopback_users is none", async () => {
      await using _client = await RawClient.open(await outside(open));
    });
  });
}

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { instructionsOf } from "../../tasks/image_stages.ts";
import { readText } from "../config/read_conf.ts";

const text = (file: string): string => readFileSync(new URL(`../../packaging/${file}`, import.meta.url), "utf8");
const root = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

/** Reads a unit as `[section, key, value]`. */
function unitSettings(unit: string): [string, string, string][] {
  let section = "";
  return unit.split("\n").flatMap((line): [string, string, string][] => {
    if (/^\s*(#.*)?$/.test(line)) return [];
    const [, name] = /^\[(\w+)\]$/.exec(line) ?? [];
    if (name !== undefined) {
      section = name;
      return [];
    }
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? assert.fail(`malformed line: ${line}`);
    return [[section, key, value]];
  });
}

describe("the unit of systemd", () => {
  const settings = unitSettings(text("haremq.service"));
  const valueOf = (key: string) => settings.find(([, name]) => name === key)?.[2];

  it("waits for the broker's notification, which only its main process sends", () => {
    assert.deepEqual([...new Set(settings.map(([section]) => section))], ["Unit", "Service", "Install"]);
    assert.equal(valueOf("Type"), "notify");
    assert.equal(valueOf("NotifyAccess"), "main");
    assert.equal(valueOf("ExecReload"), "/bin/kill -HUP $MAINPID");
  });

  it("keeps the data in the folder that systemd makes", () => {
    assert.match(valueOf("ExecStart")!, new RegExp(`--data-dir /var/lib/${valueOf("StateDirectory")}/`));
  });

  it("lets JavaScript be compiled, and all sockets be used", () => {
    assert.equal(valueOf("MemoryDenyWriteExecute"), undefined);
    assert.equal(valueOf("RestrictAddressFamilies"), "AF_INET AF_INET6 AF_UNIX");
  });
});

describe("the configurations", () => {
  it("are valid, also with the lines in comments", () => {
    const given = text("haremq.conf").replaceAll(/^# /gm, "").replaceAll("$(HAREMQ_PASSWORD)", "secret");
    assert.deepEqual(readText(given, "haremq.conf").warnings, []);
    const { config, warnings } = readText(text("docker/10-defaults.conf"), "10-defaults.conf");
    assert.deepEqual(warnings, []);
    assert.deepEqual(config.loopbackUsers, { guest: false });
  });
});

describe("the Dockerfile", () => {
  const instructions = instructionsOf(text("docker/Dockerfile"));
  const all = (name: string) => instructions.filter(([found]) => found === name).map(([, rest]) => rest);

  it("uses the version of Bun that tests run on", () => {
    const { devDependencies } = JSON.parse(root("package.json"));
    assert.equal(all("FROM")[0], `oven/bun:${devDependencies.bun} AS build`);
  });

  it("copies files that exist", () => {
    for (const copied of all("COPY").filter((rest) => !rest.startsWith("--from"))) {
      for (const file of copied.split(" ").slice(0, -1)) {
        if (file !== "src") assert.ok(root(file).length > 0, file);
      }
    }
  });

  it("runs as another user than root, and exposes all ports", () => {
    assert.deepEqual(all("USER"), ["haremq"]);
    assert.deepEqual(all("EXPOSE"), ["5671 5672 15671 15672 15691 15692"]);
    assert.match(all("ENV")[0], /RABBITMQ_CONFIG_FILE=\/etc\/rabbitmq\/rabbitmq\.conf/);
  });
});

describe("the compose file", () => {
  it("builds from the repository, and publishes ports on this machine only", () => {
    const compose = text("docker/compose.yaml");
    assert.match(compose, /dockerfile: packaging\/docker\/Dockerfile\n/);
    assert.match(compose, /context: \.\.\/\.\.\n/);
    const ports = [...compose.matchAll(/- "(.*:\d+)"/g)].map(([, port]) => port);
    assert.deepEqual(ports, ["127.0.0.1:5672:5672", "127.0.0.1:15672:15672", "127.0.0.1:15692:15692"]);
    assert.doesNotMatch(compose, /\t/);
  });
});

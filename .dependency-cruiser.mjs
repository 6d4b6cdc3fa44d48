/**
 * Rules for imports, which `deno task imports` checks. Imports point down: see "The picture" in CONTRIBUTING.md.
 */

/** Folders that import nothing. */
const BASE = ["src/wire", "src/pattern", "src/transport", "src/measure", "src/phrase"];

/** The rooms of the broker. Each may import those before it. */
const ROOMS = [
  "src/broker/compat",
  "src/broker/events",
  "src/broker/message",
  "src/broker/turn",
  "src/broker/tap",
  "src/broker/sequence",
  "src/broker/queue",
  "src/broker/exchange",
  "src/broker/routing",
  "src/broker/tracing",
  "src/broker/policy",
  "src/broker/topology",
  "src/broker/session",
  "src/broker/node",
];

/** The rooms that use access control. */
const ASKING_ROOMS = ["src/broker/session", "src/broker/node"];

const BELOW_ROOMS = ["src/wire", "src/pattern", "src/measure", "src/store"];

/** The folders that each folder may import besides itself, and the reason. */
const MAY_IMPORT = [
  ["src/wire", [], "The wire format is below everything."],
  ["src/pattern", [], "Regular expressions are used by many, and use nothing."],
  ["src/transport", [], "A transport is two streams of bytes."],
  ["src/measure", [], "Histograms are used by many, and use nothing."],
  ["src/phrase", [], "Texts for people are used by many, and use nothing."],
  [
    "src/store",
    ["src/wire", "src/measure", "src/phrase"],
    "The store keeps records and messages as bytes, and knows no broker.",
  ],
  ...ROOMS.map((room, at) => [
    room,
    [...BELOW_ROOMS, ...ROOMS.slice(0, at), ...(ASKING_ROOMS.includes(room) ? ["src/access", "src/transport"] : [])],
    "A room of the broker imports rooms before it. For a later one it declares an interface of its own.",
  ]),
  ["src/access", BASE, "Access control decides by names and patterns, without the broker."],
  [
    "src/amqp091",
    [...BELOW_ROOMS, ...ROOMS, "src/access", "src/transport"],
    "A front end turns bytes into calls of the broker.",
  ],
  ["src/http1", ["src/transport"], "HTTP over streams of bytes, for any handler of requests."],
  ["src/websocket", ["src/transport"], "A WebSocket is a transport over a transport."],
  [
    "src/tabs",
    ["src/transport", "src/store"],
    "Tabs of a browser reach a broker over transports, which keeps things there.",
  ],
  [
    "src/definitions",
    [...BELOW_ROOMS, ...ROOMS, "src/access"],
    "Definitions are read and written by the broker's own commands and names.",
  ],
  [
    "src/http",
    [...BELOW_ROOMS, ...ROOMS, "src/access", "src/transport", "src/definitions"],
    "The management API asks and commands the broker, and has no rules of its own.",
  ],
  [
    "src/otlp",
    [...ROOMS, "src/access"],
    "The exporter sends the spans that the broker makes.",
  ],
  [
    "src/embedding",
    [...BELOW_ROOMS, ...ROOMS, "src/access", "src/transport", "src/amqp091", "src/definitions", "src/http", "src/otlp"],
    "The library is a front end, which can serve others over a transport too.",
  ],
  [
    "src/config",
    ["src/wire", "src/pattern", "src/transport", "src/phrase", ...ROOMS, "src/access", "src/amqp091"],
    "The configuration sets options of the broker and its front ends.",
  ],
  ["src/runtime", ["src/transport", "src/store", "src/phrase"], "A runtime implements interfaces of the core."],
  ["src/cli", ["src"], "The server command puts everything together."],
  ["src/testing", ["src"], "The broker for tests puts the parts of a server together in another way."],
  ["testing.ts", ["src"], "Tests of applications import everything for them from one file."],
  ["browser.ts", ["src"], "Pages and Workers of a browser import everything for them from one file."],
  ["edge.ts", ["src"], "Workers of an edge platform import everything for them from one file."],
  ["server.ts", ["src/runtime", "src/store"], "Servers import what a runtime has for them from one file."],
  ["mod.ts", ["src"], "Programs import everything public from one file, which starts the server when it is run."],
];

const escaped = (path) => path.replaceAll(".", "\\.");
const within = (folders) => `^(${folders.map(escaped).join("|")})(/|$)`;

const ruleOf = ([folder, others, comment]) => ({
  name: `${folder} imports only what is below it`,
  comment,
  severity: "error",
  from: { path: within([folder]) },
  to: {
    path: within(["src", "tests", "bench", "tasks", "mod.ts", "testing.ts", "browser.ts", "edge.ts", "server.ts"]),
    pathNot: within([folder, ...others]),
  },
});

export default {
  forbidden: [
    ...MAY_IMPORT.map(ruleOf),
    {
      name: "every folder has its rule",
      comment: "A new folder in src gets its line in the table above.",
      severity: "error",
      from: { path: "^src/", pathNot: within(MAY_IMPORT.map(([folder]) => folder)) },
      to: {},
    },
    {
      name: "only runtime imports node modules",
      comment: "The core runs wherever WHATWG streams do; a runtime passes it everything else.",
      severity: "error",
      from: {
        path: "^(src|mod\\.ts|testing\\.ts|browser\\.ts|edge\\.ts|server\\.ts)",
        pathNot: within(["src/runtime"]),
      },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "no circle of values",
      comment: "A circle of files leaves one of them with values that do not exist yet. Types may point back.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no file imports what does not exist",
      comment: "A path that cannot be resolved would be checked by no other rule.",
      severity: "error",
      from: { path: "^(src|mod\\.ts|testing\\.ts|browser\\.ts|edge\\.ts|server\\.ts)" },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // The compiler of TypeScript 7 has no interface for programs, so swc reads the imports, those of types too.
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^node_modules" },
  },
};

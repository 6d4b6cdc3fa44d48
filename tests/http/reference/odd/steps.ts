import { ODD_NAMES, ODD_PARTS } from "./names.ts";

/** A request, made after those before it. */
export interface Step {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** Path below `/api`, sent as it is, but for `{location}`, which stands for the last answer's header of that name. */
  readonly path: string;
  readonly body?: unknown;
}

const get = (path: string): Step => ({ method: "GET", path });
const put = (path: string, body: unknown = {}): Step => ({ method: "PUT", path, body });
const post = (path: string, body: unknown = {}): Step => ({ method: "POST", path, body });
const del = (path: string): Step => ({ method: "DELETE", path });

const encode = encodeURIComponent;

/** An object that is made with each odd name, read, and deleted again. */
interface Kind {
  path(name: string): string;
  readonly columns: string;
  readonly body: unknown;
  /** Requests about the object between. */
  readonly more?: (name: string) => readonly Step[];
}

const POLICY = { pattern: "^a", definition: { "max-length": 1 } };
const ALL = { configure: ".*", write: ".*", read: ".*" };

const KINDS: readonly Kind[] = [
  {
    path: (name) => `/queues/odd/${name}`,
    columns: "name,vhost",
    body: { durable: true },
    more: (name) => [
      put(`/queues/odd/${name}`, { durable: true }),
      get(`/queues/odd/${name}/bindings`),
      post("/exchanges/odd/amq.default/publish", {
        routing_key: decode(name),
        properties: {},
        payload: "a",
        payload_encoding: "string",
      }),
      post(`/queues/odd/${name}/get`, { count: 1, ackmode: "ack_requeue_false", encoding: "auto" }),
      del(`/queues/odd/${name}/contents`),
    ],
  },
  {
    path: (name) => `/exchanges/odd/${name}`,
    columns: "name,vhost,type",
    body: { type: "fanout" },
    more: (name) => [
      put("/topic-permissions/odd/guest", { exchange: decode(name), write: "^w", read: "^r" }),
      get("/topic-permissions/odd/guest"),
      del(`/topic-permissions/odd/guest/${name}`),
      del("/topic-permissions/odd/guest"),
      post(`/bindings/odd/e/${name}/q/plain`, { routing_key: "k" }),
      get(`/exchanges/odd/${name}/bindings/source`),
      get(`/bindings/odd/e/${name}/q/plain/k`),
      del(`/bindings/odd/e/${name}/q/plain/k`),
    ],
  },
  { path: (name) => `/policies/odd/${name}`, columns: "name,vhost", body: POLICY },
  { path: (name) => `/global-parameters/${name}`, columns: "name,value", body: { value: 1 } },
  {
    path: (name) => `/users/${name}`,
    columns: "name,tags",
    body: { password: "p", tags: "" },
    more: (name) => [
      put(`/permissions/odd/${name}`, ALL),
      get(`/permissions/odd/${name}`),
      put(`/user-limits/${name}/max-channels`, { value: 1 }),
      get(`/user-limits/${name}`),
      del(`/permissions/odd/${name}`),
    ],
  },
];

const VHOST: Kind = {
  path: (name) => `/vhosts/${name}`,
  columns: "name,description,tags",
  body: { description: "d" },
  more: (name) => [
    put(`/queues/${name}/q`),
    get(`/queues/${name}?columns=name,vhost`),
    get(`/vhosts/${name}/permissions`),
    put(`/policies/${name}/p`, POLICY),
    get(`/policies/${name}/p`),
    put(`/vhost-limits/${name}/max-queues`, { value: 1 }),
  ],
};

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const lifeOf = ({ path, columns, body, more }: Kind, name: string): readonly Step[] => [
  put(path(name), body),
  get(`${path(name)}?columns=${columns}`),
  ...more?.(name) ?? [],
  del(path(name)),
  del(path(name)),
];

/** Routing keys and arguments of a binding, by which it gets its name in paths. */
const ROUTING_KEYS: readonly string[] = [...ODD_NAMES, "", "a.*.#", "x~y~z", "~~", "a_b-c"];

const BINDING_ARGUMENTS: readonly unknown[] = [
  { a: 1 },
  { a: -1 },
  { a: 1.5 },
  { a: 2 ** 31 },
  { a: 2 ** 53 },
  { a: true },
  { a: false },
  { a: "" },
  { a: "žluťoučký 🐇" },
  { "žluťoučký 🐇": "a" },
  { "": "a" },
  { a: [] },
  { a: [1, "b", [true]] },
  { a: {} },
  { a: { b: { c: 1 } } },
  { a: 1, b: "two", c: true },
  { c: true, b: "two", a: 1 },
  { "x-match": "all", "a b": "c~d" },
];

/** Returns the bytes of RabbitMQ's way to write a text in a binding's name. */
const quoted = (text: string): string =>
  encode(text).replaceAll("%20", "+").replaceAll("~", "%7E").replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function bindingOf(key: string): Step[] {
  const ends = "/bindings/odd/e/keys/q/plain";
  const name = key === "" ? "~" : encode(quoted(key));
  return [
    post(ends, { routing_key: key }),
    get(ends),
    get(`${ends}/${name}`),
    get(`${ends}/${encode(key)}`),
    del(`${ends}/${name}`),
    del("/exchanges/odd/keys"),
    put("/exchanges/odd/keys", { type: "direct", durable: true }),
  ];
}

const pages = (path: string, queries: readonly string[]) => queries.map((query) => get(`${path}${query}`));

/** Queues of the virtual host whose lists are read. */
const LISTED = ["a", "B", "b", "a.b", "axb", "ä", "Ä", "a b", "[x]", "(", "ß", "İ", "ı", "日本", "🐇", "a+b", "%41"];

const BAD_PAGES = [
  "?page=0",
  "?page=-1",
  "?page=1.5",
  "?page=abc",
  "?page=",
  "?page",
  "?page=%201",
  "?page=+1",
  "?page=%2B1",
  "?page=01",
  "?page=1e1",
  "?page=0x1",
  "?page=2",
  "?page=999999999",
  "?page=99999999999999999999999",
  "?page=1&page_size=0",
  "?page=1&page_size=-1",
  "?page=1&page_size=1",
  "?page=1&page_size=500",
  "?page=1&page_size=501",
  "?page=1&page_size=abc",
  "?page=1&page_size=",
  "?page=1&page_size=1.5",
  "?page=1&page_size=99999999999999999999999",
  "?page_size=10",
  "?page_size=0",
  "?page_size=abc",
  "?page=1&page=2",
  "?page=abc&page=1",
  "?name=a",
  "?Page=1",
];

const FILTERS = [
  "name=a",
  "name=A",
  "name=",
  "name",
  "name=%C3%A4",
  "name=%C3%84",
  "name=%C3%9F",
  "name=SS",
  "name=i",
  "name=%C4%B0",
  "name=%C4%B1",
  "name=a+b",
  "name=a%20b",
  "name=a%2Bb",
  "name=.",
  "name=%5Bx%5D",
  "name=%F0%9F%90%87",
  "name=%0A",
  "name=%FF",
  "name=%00",
  "name=nothing",
  "name=a&name=b",
  `name=${"x".repeat(999)}`,
  "name=%5Ea&use_regex=true",
  "name=%5EA&use_regex=true",
  "name=%5EA%24&use_regex=true",
  "name=a.b&use_regex=true",
  "name=a%5C.b&use_regex=true",
  "name=%28&use_regex=true",
  "name=%5B&use_regex=true",
  "name=*&use_regex=true",
  "name=%5C&use_regex=true",
  "name=a%7B2&use_regex=true",
  "name=%28%3F%3Da%29&use_regex=true",
  "name=%28%3F%3C%3Da%29b&use_regex=true",
  "name=%28a%29%5C1&use_regex=true",
  "name=%5Cd&use_regex=true",
  "name=%5Cw%2B&use_regex=true",
  "name=%5Cs&use_regex=true",
  "name=%5E.%24&use_regex=true",
  "name=%C3%A4&use_regex=true",
  "name=%C3%84&use_regex=true",
  "name=%5B%C3%A4%5D&use_regex=true",
  "name=%5Cp%7BL%7D&use_regex=true",
  "name=%5Cx%7B65e5%7D&use_regex=true",
  "name=%5B%5B%3Aalpha%3A%5D%5D&use_regex=true",
  "name=%28%3F-i%29A&use_regex=true",
  "name=&use_regex=true",
  "use_regex=true",
  "name=%28a%7Caa%29%2B%24&use_regex=true",
  "name=a&use_regex=TRUE",
  "name=a&use_regex=1",
  "name=a&use_regex=yes",
  "name=a&use_regex=",
  "name=a&use_regex=false",
  `name=${"x".repeat(1100)}&use_regex=true`,
];

const SORTS = [
  "sort=name",
  "sort=name&sort_reverse=true",
  "sort=name&sort_reverse=false",
  "sort=name&sort_reverse=yes",
  "sort=name&sort_reverse=1",
  "sort=name&sort_reverse=",
  "sort=name&sort_reverse",
  "sort_reverse=true",
  "sort=",
  "sort=nothing",
  "sort=nothing&sort_reverse=true",
  "sort=arguments",
  "sort=arguments.x-max-length",
  "sort=arguments.nothing",
  "sort=arguments.x-max-length.deeper",
  "sort=name.deeper",
  "sort=.",
  "sort=..",
  "sort=name.",
  "sort=name,vhost",
  "sort=name&sort=arguments.x-max-length",
  "sort=durable",
  "sort=%C3%A4",
  "sort=%00",
  "sort=__proto__",
  "sort=constructor.name",
  "sort=Name",
];

const COLUMNS = [
  "columns=name",
  "columns=",
  "columns",
  "columns=,",
  "columns=nothing",
  "columns=name,nothing",
  "columns=name,,vhost",
  "columns=name,name",
  "columns=name%20",
  "columns=%20name",
  "columns=name%2Cvhost",
  "columns=name&columns=vhost",
  "columns=name.deeper",
  "columns=arguments",
  "columns=arguments.x-max-length",
  "columns=arguments.nothing",
  "columns=arguments,arguments.nothing",
  "columns=arguments.nothing,arguments",
  "columns=.",
  "columns=name.",
  "columns=.name",
  "columns=__proto__",
  "columns=constructor",
  "columns=%C3%A4",
  "columns=Name",
];

/** Columns that are none. A queue has fields that differ from run to run then, or none at all. */
const NO_COLUMN = /^columns(=[,.]?)?$/;

const RANGES = [
  "msg_rates_age=abc&msg_rates_incr=5",
  "msg_rates_age=0&msg_rates_incr=0",
  "msg_rates_age=-1&msg_rates_incr=-1",
  "msg_rates_age=60&msg_rates_incr=0",
  "msg_rates_age=60",
  "msg_rates_incr=5",
  "msg_rates_age=60.5&msg_rates_incr=5",
  "msg_rates_age=&msg_rates_incr=",
  "msg_rates_age=60&msg_rates_incr=7",
  "msg_rates_age=99999999999999999999&msg_rates_incr=5",
  "lengths_age=99999999&lengths_incr=1",
  "disable_stats=yes",
  "disable_stats=",
  "enable_queue_totals=abc",
];

const named = (name: string) => (name === "" ? "odd" : name);

/** Names with which a kind of object is made. RabbitMQ leaves long ones of global parameters without an answer. */
const namesFor = ({ columns }: Kind) =>
  columns === "name,value" ? ODD_NAMES.filter((name) => name.length < 200) : ODD_NAMES;

const SHORT_NAMES = ODD_NAMES.filter((name) => encode(name).length < 250 && !name.startsWith("amq."));

/** All requests, in the order in which they are made on a new broker. */
export const STEPS: readonly Step[] = [
  put("/vhosts/odd"),
  put("/permissions/odd/guest", ALL),
  put("/queues/odd/plain", { durable: true }),
  put("/exchanges/odd/keys", { type: "direct", durable: true }),
  ...KINDS.flatMap((kind) => namesFor(kind).flatMap((name) => lifeOf(kind, encode(name)))),
  ...ODD_PARTS.flatMap((part) => lifeOf({ ...KINDS[0], more: undefined }, part)),
  ...KINDS.flatMap((
    kind,
  ) => [put(kind.path(""), kind.body), get(`${kind.path("")}?columns=${kind.columns}`), del(kind.path(""))]),
  ...ODD_NAMES.flatMap((name) => lifeOf(VHOST, encode(named(name)))),
  ...["%41", "%c3%a4", "a+b", "a;b"].flatMap((part) => lifeOf(VHOST, part)),
  get("/users?columns=name"),
  get("/queues?columns=name,vhost"),
  get("/exchanges/odd?columns=name"),
  get("/policies?columns=name"),
  get("/global-parameters"),
  get("/permissions"),

  ...ROUTING_KEYS.flatMap(bindingOf),
  ...BINDING_ARGUMENTS.flatMap((args) => [
    post("/bindings/odd/e/keys/q/plain", { routing_key: "a b", arguments: args }),
    get("/bindings/odd/e/keys/q/plain"),
    get("/bindings/odd/e/keys/q/{location}"),
    get("/bindings/odd/e/keys/q/plain/a%2Bb~"),
    del("/bindings/odd/e/keys/q/{location}"),
    get("/bindings/odd/e/keys/q/plain"),
  ]),

  post("/definitions/odd", {
    queues: SHORT_NAMES.map((name) => ({ name, durable: true, auto_delete: false, arguments: {} })),
    exchanges: SHORT_NAMES.map((name) => ({ name, type: "direct", durable: true, auto_delete: false, arguments: {} })),
    bindings: SHORT_NAMES.map((name) => ({
      source: name,
      destination_type: "queue",
      destination: name,
      routing_key: name,
      arguments: {},
    })),
    policies: SHORT_NAMES.map((name) => ({ name, ...POLICY, priority: 0, "apply-to": "queues" })),
  }),
  get("/queues/odd?columns=name"),
  get("/exchanges/odd?columns=name"),
  get("/bindings/odd?columns=source,destination,routing_key,properties_key"),
  get("/policies/odd?columns=name"),

  put("/vhosts/lists"),
  put("/permissions/lists/guest", ALL),
  ...LISTED.map((name, index) =>
    put(`/queues/lists/${encode(name)}`, {
      durable: index % 2 === 0,
      arguments: index % 3 === 0 ? { "x-max-length": 100 - index } : {},
    })
  ),
  ...LISTED.map((name) => put(`/exchanges/lists/${encode(name)}`, { type: "direct" })),
  ...pages("/queues/lists", BAD_PAGES.map((query) => `${query}&columns=name`)),
  ...pages("/connections", BAD_PAGES),
  ...pages("/exchanges/lists?columns=name&page=1&page_size=3&", FILTERS.slice(0, 3)),
  ...pages("/queues/lists?columns=name&page=1&", FILTERS),
  ...pages("/queues/lists?columns=name&", SORTS),
  ...pages("/queues/lists?page=1&page_size=3&", COLUMNS.filter((columns) => !NO_COLUMN.test(columns))),
  ...pages("/exchanges/lists/a?", COLUMNS.filter((columns) => columns !== "columns")),
  ...pages("/exchanges/lists/a?columns=name&", RANGES),
];

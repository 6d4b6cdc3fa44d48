import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ApiRequest } from "../../../src/http/request.ts";
import { HttpError } from "../../../src/http/http_error.ts";
import { type Listing, replyList, replyObjects } from "../../../src/http/listing/listing.ts";
import { TimeSlices } from "../../../src/http/listing/time_slices.ts";
import { SYSTEM_CLOCK } from "./system_clock.ts";

const requestOf = (query: string) =>
  ({ query: new URLSearchParams(query), host: { slices: new TimeSlices(SYSTEM_CLOCK) } }) as unknown as ApiRequest;

const QUEUES = [
  { vhost: "/", name: "b", messages: 2, stats: { rate: 5 } },
  { vhost: "/", name: "C", messages: 1, stats: { rate: 7 } },
  { vhost: "/", name: "a", messages: 2 },
  { vhost: "-", name: "z", messages: 3, stats: { rate: 1 } },
];

// deno-lint-ignore no-explicit-any
const list = async (query: string, isPaged = true): Promise<any> =>
  await (await replyObjects(requestOf(query), QUEUES, { isPaged })).json();

const namesOf = (items: { name: string }[]) => items.map(({ name }) => name).join("");

describe("a list of the management API", () => {
  it("is sorted by virtual host and name", async () => {
    assert.equal(namesOf(await list("")), "zCab");
  });

  it("is sorted by the field of the request first, which may be inside another, and be missing", async () => {
    assert.equal(namesOf(await list("sort=messages")), "Cabz");
    assert.equal(namesOf(await list("sort=stats.rate")), "azbC");
    assert.equal(namesOf(await list("sort=stats.rate&sort_reverse=true")), "Cbza");
    assert.equal(namesOf(await list("sort=&sort_reverse=true")), "baCz");
  });

  it("has the columns of the request only, the sorted one or not", async () => {
    assert.deepEqual(await list("sort=messages&columns=name,stats.rate,none"), [
      { name: "C", stats: { rate: 7 } },
      { name: "a" },
      { name: "b", stats: { rate: 5 } },
      { name: "z", stats: { rate: 1 } },
    ]);
    assert.deepEqual((await list("page=1&page_size=1&columns=name")).items, [{ name: "z" }]);
  });

  it("is read by pages, with RabbitMQ's totals", async () => {
    const { items, ...totals } = await list("page=2&page_size=3");
    assert.equal(namesOf(items), "b");
    const expected = { filtered_count: 4, item_count: 1, page: 2, page_count: 2, page_size: 3, total_count: 4 };
    assert.deepEqual(totals, expected);
    assert.equal((await list("page=1")).page_size, 100);
  });

  it("is a whole where it has no pages, or no page is asked for", async () => {
    assert.equal(namesOf(await list("page=1", false)), "zCab");
    assert.equal(namesOf(await list("page_size=1&name=a")), "zCab");
  });

  it("is filtered by a part of the name or a pattern, both of any case", async () => {
    const filtered = async (query: string) => {
      const { items, filtered_count, total_count } = await list(`page=1&${query}`);
      assert.deepEqual([filtered_count, total_count], [items.length, 4]);
      return namesOf(items);
    };
    assert.equal(await filtered("name=c"), "C");
    assert.equal(await filtered("name=[AB]"), "");
    assert.equal(await filtered("name=[AB]&use_regex=true"), "ab");
    assert.equal(await filtered("name=A|c&use_regex=true"), "Ca");
    assert.equal(await filtered("name=(&use_regex=true"), "");
    assert.equal(await filtered("name="), "zCab");
  });

  it("has an empty page right behind the last full one, and refuses later ones", async () => {
    assert.deepEqual((await list("page=3&page_size=2")).items, []);
    const reason = "Page out of range, page: 4 page size: 2, len: 4";
    await assert.rejects(list("page=4&page_size=2"), new HttpError(400, "page_out_of_range", reason));
  });

  it("refuses invalid pages", async () => {
    for (
      const [query, error, reason] of [
        ["page=x", "bad_request", "Pagination parameters are invalid"],
        ["page_size=1.5", "bad_request", "Pagination parameters are invalid"],
        [
          "page=0",
          "invalid_pagination_parameters",
          "Invalid pagination parameters: page number 0, page size undefined",
        ],
        [
          "page=1&page_size=501",
          "invalid_pagination_parameters",
          "Invalid pagination parameters: page number 1, page size 501",
        ],
        [
          "page=1&page_size=-1",
          "invalid_pagination_parameters",
          "Invalid pagination parameters: page number 1, page size -1",
        ],
        [
          `page=1&use_regex=true&name=${"a".repeat(1025)}`,
          "invalid_pagination_parameters",
          "name filter regex is too long",
        ],
      ]
    ) {
      await assert.rejects(list(query), new HttpError(400, error, reason), query);
    }
  });
});

describe("a long list", () => {
  const COUNT = 10_000;
  const isDescribed = new Set<number>();
  const listing: Listing<number> = {
    items: {
      *[Symbol.iterator]() {
        for (let i = 0; i < COUNT; i++) yield i;
      },
    },
    describe: (item) => {
      isDescribed.add(item);
      return { vhost: "/", name: `${item}`, text: "x".repeat(100), rank: -item };
    },
    fields: { vhost: () => "/", name: (item) => `${item}` },
    isPaged: true,
  };
  const reply = async (query: string) => {
    isDescribed.clear();
    return await (await replyList(requestOf(query), listing)).json();
  };

  it("is sent in parts, complete and in order", async () => {
    const items = await reply("");
    const names = Array.from({ length: COUNT }, (_, item) => `${item}`).sort();
    assert.deepEqual(items.map(({ name }: { name: string }) => name), names);
  });

  it("describes the items of a page only", async () => {
    assert.equal(namesOf((await reply("page=3&page_size=2")).items), "1000" + "1001");
    assert.equal(isDescribed.size, 2);
  });

  it("describes none for columns that are found without", async () => {
    assert.deepEqual((await reply("columns=name&sort=name"))[1], { name: "1" });
    assert.equal(isDescribed.size, 0);
  });

  it("is sorted by other fields too", async () => {
    assert.equal((await reply("sort=rank&page=1&page_size=1")).items[0].name, "9999");
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { listParameters, readListState, writeListState } from "../../ui/lists/list_state.ts";
import { localPage } from "../../ui/lists/local_page.ts";

describe("the state of a list", () => {
  it("is kept in the address", () => {
    const changes = {
      page: 3,
      pageSize: 100,
      search: "a",
      isRegex: true,
      sort: "messages",
      isReversed: true,
      vhost: "/",
    };
    const state = readListState(writeListState({ ...changes, columns: ["name", "type"] }));
    assert.deepEqual(state, { ...changes, columns: ["name", "type"] });
  });

  it("is left out where it is usual", () => {
    const usual = writeListState({ page: 1, pageSize: 50, search: "", isRegex: false, columns: undefined });
    assert.deepEqual(Object.values(usual).filter((value) => value !== undefined && value !== ""), []);
  });

  it("is usual where it is not understood", () => {
    const { page, pageSize } = readListState({ page: "-1", page_size: "1000000" });
    assert.deepEqual([page, pageSize], [1, 50]);
  });

  it("goes to the first page after a search or a new order", () => {
    assert.equal("page" in writeListState({ search: "a" }), true);
    assert.equal(writeListState({ sort: "name" }).page, undefined);
  });

  it("is what the API is asked for", () => {
    const state = readListState({ page: "2", name: "o", sort: "messages", sort_reverse: "true" });
    assert.deepEqual(listParameters(state), {
      page: 2,
      page_size: 50,
      name: "o",
      use_regex: undefined,
      sort: "messages",
      sort_reverse: "true",
    });
  });
});

describe("a list that is there as a whole", () => {
  const items = Array.from({ length: 60 }, (_, index) => ({ name: `user${index}`, limits: { channels: index } }));
  const page = (query: Record<string, string>) => localPage(items, readListState(query), ({ name }) => name);

  it("is cut into pages", () => {
    const second = page({ page: "2", page_size: "25" });
    assert.deepEqual([second.items.length, second.page, second.page_count, second.total_count], [25, 2, 3, 60]);
    assert.equal(page({ page: "9", page_size: "25" }).page, 3);
  });

  it("is searched by a part of the name, or a regular expression", () => {
    assert.equal(page({ name: "USER1" }).filtered_count, 11);
    assert.equal(page({ name: "^user1$", use_regex: "true" }).filtered_count, 1);
    assert.equal(page({ name: "(", use_regex: "true" }).filtered_count, 0);
  });

  it("is sorted by a member", () => {
    assert.equal(page({ sort: "limits.channels", sort_reverse: "true" }).items[0].name, "user59");
    assert.equal(page({ sort: "limits.channels" }).items[1].name, "user1");
  });
});

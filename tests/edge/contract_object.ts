import type { DurableObjectStorage } from "../../src/store/durable_object/storage.ts";
import { runTests } from "../browser/contracts/node_test.ts";
import { describeBlocks } from "../store/blocks/blocks_contract.ts";
import { describeLog } from "../store/log/log_contract.ts";
import { describeDurableObjectLog } from "./durable_object_log_tests.ts";
import { DurableObjectBlockPlace, DurableObjectLogPlace } from "./durable_object_places.ts";

/** Runs the contract tests of a part of the store over its own storage, and answers with the result in JSON. */
export class ContractObject {
  readonly #storage: DurableObjectStorage;

  constructor({ storage }: { readonly storage: DurableObjectStorage }) {
    this.#storage = storage;
  }

  async fetch({ url }: Request): Promise<Response> {
    if (url.endsWith("/log")) {
      describeLog("in a Durable Object", (seed) => new DurableObjectLogPlace(this.#storage, seed));
      describeDurableObjectLog(this.#storage);
    } else {
      describeBlocks("in a Durable Object", (seed) => new DurableObjectBlockPlace(this.#storage, seed));
    }
    return Response.json(await runTests());
  }
}

interface Environment {
  readonly OBJECT: { getByName(name: string): { fetch(request: Request): Promise<Response> } };
}

export default {
  fetch: (request: Request, { OBJECT }: Environment) => OBJECT.getByName(request.url).fetch(request),
};

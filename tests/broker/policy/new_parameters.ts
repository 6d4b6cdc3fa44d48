import { ANY_VERSION } from "../../../src/broker/compat/behaviour.ts";
import { Parameters } from "../../../src/broker/policy/parameters.ts";
import { MemoryStore } from "../../../src/store/memory_store.ts";
import type { Store } from "../../../src/store/store.ts";

/** Makes parameters without a broker. Their records go to a store. */
export function newParameters(store: Pick<Store, "append"> = new MemoryStore()): Parameters {
  const parameters: Parameters = new Parameters({
    behaviour: ANY_VERSION,
    hasVirtualHost: () => true,
    commit(record) {
      store.append(record);
      if (record.type === "parameter.set") parameters.apply(record, record.value);
      else if (record.type === "parameter.cleared") parameters.apply(record, undefined);
    },
  });
  return parameters;
}

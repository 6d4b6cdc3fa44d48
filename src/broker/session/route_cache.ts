import type { Exchange } from "../exchange/exchange.ts";
import { areEqual, cachedViewOf } from "../../wire/copy.ts";
import type { Target } from "../message/target.ts";
import type { TappedRoute } from "../routing/tapped_route.ts";

/** Number of slots of a channel that publishes to several addresses. A power of two. */
const SLOTS = 256;

/** The route of one exchange and routing key in the cache. */
export class CachedRoute {
  /** Exchange and routing key as two short strings: the key of the cache, and a part of each delivery. */
  readonly address: DataView;
  /** Topology version of the route, which is stale in any other version; -1 before it is resolved. */
  version = -1;
  exchange: Exchange | undefined;
  routingKey = "";
  /** `undefined` when an exchange, a tap or the counts by pairs have to see each message. */
  targets: readonly Target[] | undefined;
  /** The same route for a key whose messages taps or the counts by pairs see. */
  tapped: TappedRoute | undefined;
  /** Needs of the targets: see `give.ts`. */
  needs = 0;

  /** Takes a copy of the bytes. */
  constructor(bytes: Uint8Array, offset: number, length: number) {
    this.address = new DataView(new Uint8Array(bytes.subarray(offset, offset + length)).buffer);
  }
}

/** The latest routes of a channel, by the bytes of `basic.publish`. A new route replaces the one in its slot. */
export class RouteCache {
  #last: CachedRoute = new CachedRoute(new Uint8Array(0), 0, 0);
  /** Made for the second address. */
  #slots: (CachedRoute | undefined)[] | undefined;

  /** Returns the route for the exchange and routing key in `length` bytes from `offset` on. */
  get(bytes: Uint8Array, offset: number, length: number): CachedRoute {
    const last = this.#last;
    return isAt(last.address, bytes, offset, length) ? last : this.#last = this.#find(bytes, offset, length);
  }

  #find(bytes: Uint8Array, offset: number, length: number): CachedRoute {
    if (this.#last.address.byteLength === 0) return new CachedRoute(bytes, offset, length);
    this.#slots ??= new Array(SLOTS).fill(undefined);
    // FNV-1a
    let hash = 0x811c9dc5;
    for (let i = offset, end = offset + length; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    const slot = (hash ^ hash >>> 16) & (SLOTS - 1);
    let route = this.#slots[slot];
    if (route === undefined || !isAt(route.address, bytes, offset, length)) {
      route = this.#slots[slot] = new CachedRoute(bytes, offset, length);
    }
    return route;
  }
}

function isAt(address: DataView, bytes: Uint8Array, offset: number, length: number): boolean {
  return address.byteLength === length && areEqual(address, 0, cachedViewOf(bytes), offset, length);
}

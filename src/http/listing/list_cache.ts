import { KeptList, type SendingSlices } from "./kept_list.ts";
import { isSameScope, type Scope } from "./scope.ts";

/** Default of `management.db_cache_multiplier`, as in RabbitMQ. */
export const DEFAULT_CACHE_MULTIPLIER = 5;

/** Number of objects below which a list is made anew for each request, so that it shows the present. */
export const OBJECTS_MIN = 1000;
/** Maximum length of a list that is shared. In bytes. */
const LENGTH_MAX = 32 * 1024 * 1024;
/** Maximum length of all lists that are kept or being read, together. In bytes. */
const MEMORY_MAX = 64 * 1024 * 1024;
/** Maximum number of lists that are kept. */
export const LISTS_MAX = 64;
/** Maximum time for which a list is kept. In milliseconds. */
const KEPT_MAX_MS = 3600 * 1000;

/** The limits of the memory for lists. In bytes. */
export interface ListLimits {
  readonly lengthMax: number;
  readonly memoryMax: number;
}

/** A list that a request asks for. */
export interface ListRequest {
  /** The user, and the path with its query. */
  readonly key: string;
  readonly scope: Scope;
  /** True when the client takes a compressed list. */
  readonly acceptsGzip: boolean;
  readonly make: () => Promise<MadeList>;
}

/** A list that was made for a request. Its body may be made while it is read. */
export interface MadeList {
  readonly response: Response;
  /** Number of objects from which it was selected. */
  readonly objectCount: number;
}

/**
 * The lists that clients poll. A long one is made once for all who ask for it meanwhile, and kept for a multiple of the
 * time that it took (RabbitMQ: `rabbit_mgmt_db_cache`).
 */
export class ListCache {
  readonly #slices: SendingSlices;
  readonly #multiplier: number;
  readonly #limits: ListLimits;
  readonly #lists = new Map<string, KeptList>();
  #memoryBytes = 0;

  /** @param multiplier the multiple; with 0 no list is kept or shared. */
  constructor(
    slices: SendingSlices,
    multiplier: number,
    limits: ListLimits = { lengthMax: LENGTH_MAX, memoryMax: MEMORY_MAX },
  ) {
    this.#slices = slices;
    this.#multiplier = multiplier;
    this.#limits = limits;
  }

  /** Memory of the lists that are kept or being read. In bytes. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /** Answers with the list that is kept or being made, or makes it. Rejects as `make` does. */
  async reply(request: ListRequest): Promise<Response> {
    const { key, scope, acceptsGzip, make } = request;
    if (this.#multiplier === 0) return (await make()).response;
    const kept = this.#lists.get(key);
    if (kept === undefined || !isSameScope(kept.scope, scope)) {
      return await this.#make(request, this.#add(key, scope));
    }
    kept.hold();
    if (await kept.isComplete) return kept.answer({ acceptsGzip });
    kept.release();
    return (await make()).response;
  }

  /** Forgets all lists. */
  close(): void {
    for (const [key, list] of this.#lists) this.#forget(key, list);
  }

  #add(key: string, scope: Scope): KeptList {
    const old = this.#lists.get(key);
    if (old !== undefined) this.#forget(key, old);
    else if (this.#lists.size >= LISTS_MAX) this.#forget(...this.#lists.entries().next().value!);
    const list = new KeptList(scope, this.#slices, {
      take: (bytes, length) => {
        this.#memoryBytes += bytes;
        return length <= this.#limits.lengthMax && this.#memoryBytes <= this.#limits.memoryMax;
      },
      free: (bytes) => this.#memoryBytes -= bytes,
    });
    list.hold();
    this.#lists.set(key, list);
    return list;
  }

  /** Makes a list, and answers with it. */
  async #make({ key, acceptsGzip, make }: ListRequest, list: KeptList): Promise<Response> {
    list.hold();
    try {
      const startMs = this.#slices.clock.now();
      const { response, objectCount } = await make();
      if (objectCount < OBJECTS_MIN) {
        this.#giveUp(key, list);
        list.release();
        return response;
      }
      const rest = await list.read(response);
      if (rest === undefined) this.#keep(key, list, this.#slices.clock.now() - startMs);
      else this.#giveUp(key, list);
      return list.answer({ acceptsGzip, rest });
    } catch (error) {
      this.#giveUp(key, list);
      list.release();
      throw error;
    }
  }

  #keep(key: string, list: KeptList, tookMs: number): void {
    if (this.#lists.get(key) !== list) return;
    const keptMs = Math.min(KEPT_MAX_MS, Math.trunc(tookMs * this.#multiplier));
    list.cancelTimer = this.#slices.clock.after(keptMs, () => this.#forget(key, list));
  }

  #giveUp(key: string, list: KeptList): void {
    this.#forget(key, list);
    list.giveUp();
  }

  #forget(key: string, list: KeptList): void {
    if (this.#lists.get(key) !== list) return;
    list.cancelTimer();
    this.#lists.delete(key);
    list.release();
  }
}

import type { User } from "../../access/access.ts";
import type { Node } from "../../broker/node/node.ts";
import { Waiting } from "../../broker/session/waiting.ts";
import { Tap, type TapLimits } from "../../broker/tap/tap.ts";
import type { MessageContent } from "../../store/message_content.ts";
import { messageJson } from "../message_json.ts";
import { EventStream } from "./event_stream.ts";
import { checkFeedLimit } from "./feed_limit.ts";

/** Interval in which a reader is told the counts, and permissions are checked again. In milliseconds. */
const COUNTS_INTERVAL_MS = 1000;
/** Size of all samples of a tap in a second, which one large message may exceed. In bytes. */
const BYTES_PER_SECOND = 1024 * 1024;

/** What a tap looks at. */
export interface Tapped {
  readonly user: User;
  /** False once it was deleted. */
  readonly exists: () => boolean;
  /** Throws ACCESS_REFUSED when the user may no longer look at it. */
  readonly permit: () => void;
  /** Returns whether the user may see a message; left out where all may be seen. */
  readonly isVisible?: (content: MessageContent) => boolean;
  /** Begins to look. Returns a function that ends it. */
  readonly open: (tap: Tap) => () => void;
}

/** A request for samples. */
export interface Samples {
  readonly messagesPerSecond: number;
  /** Length to which bodies are cut. In bytes. */
  readonly truncate: number;
}

interface Feed {
  readonly user: User;
  readonly stream: EventStream;
}

/** The live feeds of messages that pass a queue or an exchange. While there is none, messages cost no more than ever. */
export class TapFeeds {
  readonly #node: Node;
  readonly #feeds = new Set<Feed>();

  constructor(node: Node) {
    this.#node = node;
  }

  /** Opens a feed, which ends with `signal`. Throws `HttpError` 429 when there are too many. */
  open(tapped: Tapped, { messagesPerSecond, truncate }: Samples, signal: AbortSignal): Response {
    const { user } = tapped;
    checkFeedLimit(Array.from(this.#feeds, (feed) => feed.user.name), user.name, "taps");
    let cancelTick = () => {};
    const stream = new EventStream(() => {
      cancelTick();
      stop();
      this.#feeds.delete(feed);
    });
    const feed: Feed = { user, stream };
    const limits: TapLimits = { messagesPerSecond, bytesPerSecond: BYTES_PER_SECOND };
    const tap = new Tap(this.#node, limits, {
      get hasRoom() {
        return stream.hasRoom;
      },
      sample(content) {
        if (tapped.isVisible?.(content) === false) return undefined;
        stream.send("message", messageJson(content, { redelivered: false }, { encoding: "auto", truncate }));
        return content.headerBytes + Math.min(content.bodyBytes, truncate);
      },
    });
    const tick = () => {
      cancelTick = this.#node.clock.after(COUNTS_INTERVAL_MS, () => {
        const end = this.#endOf(tapped);
        if (stream.hasRoom) stream.send("counts", { passed: tap.passedCount, shown: tap.shownCount });
        if (end === undefined) tick();
        else stream.end(end);
      });
    };
    const stop = tapped.open(tap);
    this.#feeds.add(feed);
    tick();
    signal.addEventListener("abort", () => stream.end("the client is gone"));
    stream.send("open", { messages_per_second: messagesPerSecond });
    return stream.response();
  }

  /** Returns the reason for which a feed ends now, if it does. */
  #endOf({ user, exists, permit }: Tapped): string | undefined {
    if (!exists()) return "it was deleted";
    if (user.expiresAtMs !== undefined && user.expiresAtMs <= this.#node.clock.time()) return "the login has expired";
    try {
      permit();
    } catch (error) {
      // The answer to a question that is asked elsewhere comes before the next check.
      if (!(error instanceof Waiting)) return "the permission was taken away";
    }
    return undefined;
  }

  /** Ends all feeds. */
  close(): void {
    for (const { stream } of [...this.#feeds]) stream.end("the broker stops");
  }
}

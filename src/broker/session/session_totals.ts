import { ChannelCounts } from "./channel_counts.ts";
import type { Traffic } from "./session.ts";

/** Counts and traffic of several sessions, open and closed ones. */
export class SessionTotals {
  readonly counts = new ChannelCounts();
  receivedBytes = 0;
  receivedFrames = 0;
  sentBytes = 0;
  sentFrames = 0;

  add(counts: ChannelCounts, { receivedBytes, receivedFrames, sentBytes, sentFrames }: AddedTraffic): void {
    this.counts.add(counts);
    this.receivedBytes += receivedBytes;
    this.receivedFrames += receivedFrames;
    this.sentBytes += sentBytes;
    this.sentFrames += sentFrames;
  }

  addTotals(other: SessionTotals): void {
    this.add(other.counts, other);
  }
}

type AddedTraffic = Omit<Traffic, "unsentBytes">;

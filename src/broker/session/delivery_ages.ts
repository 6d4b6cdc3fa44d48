/**
 * The approximate ages of a channel's deliveries, at no cost to them: the last delivery is noted now and then. A
 * delivery counts as made at the first note behind it, so none counts as older than it is.
 */
export class DeliveryAges {
  readonly #tags: number[] = [];
  readonly #timesMs: number[] = [];

  /** Notes that `tag` is the last delivery, unless that was noted already or the last note is less than `gapMs` old. */
  note(tag: number, nowMs: number, gapMs: number): void {
    const last = this.#tags.length - 1;
    if (last >= 0 && (this.#tags[last] === tag || nowMs - this.#timesMs[last] < gapMs)) return;
    this.#tags.push(tag);
    this.#timesMs.push(nowMs);
  }

  /** Drops the notes that only deliveries before `tag` need. */
  forgetBefore(tag: number): void {
    const kept = this.#tags.findIndex((noted) => noted >= tag);
    const gone = kept === -1 ? this.#tags.length : kept;
    this.#tags.splice(0, gone);
    this.#timesMs.splice(0, gone);
  }

  /** Returns the tag of the last delivery that is at least `ageMs` old; 0 when none is known. */
  lastOlderThan(ageMs: number, nowMs: number): number {
    const younger = this.#timesMs.findIndex((timeMs) => nowMs - timeMs < ageMs);
    return (younger === -1 ? this.#tags.at(-1) : this.#tags[younger - 1]) ?? 0;
  }
}

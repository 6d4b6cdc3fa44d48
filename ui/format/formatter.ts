import type { Locale } from "../i18n/locales.ts";

/** Thousand of bytes, and so on, as RabbitMQ's page counts. */
const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A value that is not known. */
export const UNKNOWN = "–";

/** Writes numbers, sizes and times in a language. */
export class Formatter {
  readonly locale: Locale;
  readonly #count: Intl.NumberFormat;
  readonly #fraction: Intl.NumberFormat;
  readonly #compact: Intl.NumberFormat;
  readonly #percent: Intl.NumberFormat;
  readonly #time: Intl.DateTimeFormat;
  readonly #dateTime: Intl.DateTimeFormat;

  constructor(locale: Locale) {
    this.locale = locale;
    this.#count = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    this.#fraction = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    this.#compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
    this.#percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
    this.#time = new Intl.DateTimeFormat(locale, { timeStyle: "short", hourCycle: "h23" });
    this.#dateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });
  }

  /** Writes a whole number, such as 12,345. */
  count(value: number | undefined | null): string {
    return isNumber(value) ? this.#count.format(value) : UNKNOWN;
  }

  /** Writes a number shortly, such as 12.3K, for the axes of charts. */
  compact(value: number): string {
    return this.#compact.format(value);
  }

  /** Writes a rate per second, such as 1,234/s; below ten with one decimal. */
  rate(value: number | undefined | null): string {
    if (!isNumber(value)) return UNKNOWN;
    const number = Math.abs(value) < 10 ? this.#fraction : this.#count;
    return `${number.format(value)}/${this.locale === "ru" ? "с" : "s"}`;
  }

  /** Writes a part of one, such as 42%. */
  percent(value: number | undefined | null): string {
    return isNumber(value) ? this.#percent.format(value) : UNKNOWN;
  }

  /** Writes a number of bytes, such as 1.5 MiB. */
  bytes(value: number | undefined | null): string {
    if (!isNumber(value)) return UNKNOWN;
    let unit = 0;
    let size = value;
    while (Math.abs(size) >= 1024 && unit < BYTE_UNITS.length - 1) {
      size /= 1024;
      unit++;
    }
    return `${this.#fraction.format(size)} ${BYTE_UNITS[unit]}`;
  }

  /** Writes a length of time in its two largest units, such as 3 d 4 h. */
  duration(ms: number | undefined | null): string {
    if (!isNumber(ms)) return UNKNOWN;
    const names = this.locale === "ru" ? ["д", "ч", "мин", "с"] : ["d", "h", "min", "s"];
    const parts = [
      Math.floor(ms / DAY_MS),
      Math.floor(ms % DAY_MS / HOUR_MS),
      Math.floor(ms % HOUR_MS / MINUTE_MS),
      Math.floor(ms % MINUTE_MS / SECOND_MS),
    ];
    const found = parts.findIndex((part) => part > 0);
    const largest = found < 0 ? parts.length - 1 : found;
    return parts
      .slice(largest, largest + 2)
      .map((part, index) => ({ part, name: names[largest + index] }))
      .filter(({ part }, index) => index === 0 || part > 0)
      .map(({ part, name }) => `${this.#count.format(part)} ${name}`)
      .join(" ");
  }

  /** Writes the time of day. @param ms milliseconds since 1970 */
  time(ms: number): string {
    return this.#time.format(ms);
  }

  /** Writes date and time. @param ms milliseconds since 1970 */
  dateTime(ms: number | undefined | null): string {
    return isNumber(ms) ? this.#dateTime.format(ms) : UNKNOWN;
  }
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

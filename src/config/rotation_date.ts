/** The rotation times of a log file: every hour, day, week or month, in local time. */
export interface RotationDate {
  readonly every: "hour" | "day" | "week" | "month";
  readonly minute: number;
  readonly hour: number;
  /** 0 is Sunday. */
  readonly dayOfWeek: number;
  /** 1 to 31; a shorter month has its last day instead. */
  readonly dayOfMonth: number;
}

const EVERY = { H: "hour", D: "day", W: "week", M: "month" } as const;
/** Ranges of each part's number. */
const BOUNDS = { H: [0, 59], D: [0, 23], W: [0, 6], M: [1, 31] } as const;
const FIELD = { H: "minute", D: "hour", W: "dayOfWeek", M: "dayOfMonth" } as const;
/** Day of a month for `l` or `L`, the last one. */
const LAST_DAY = 31;

type Unit = keyof typeof EVERY;

/**
 * Parses rotation times in RabbitMQ's notation: `$D0` is midnight, `$D23` 23:00, `$W0D23` Sundays at 23:00, `$M1D0` the
 * first of a month, and `$H30` half past each hour. An empty text means never. Throws `RangeError`.
 */
export function parseRotationDate(text: string): RotationDate | undefined {
  if (text === "") return undefined;
  const date = { every: "day" as RotationDate["every"], minute: 0, hour: 0, dayOfWeek: 0, dayOfMonth: 1 };
  const [, first] = /^\$([HDWM])/.exec(text) ?? [];
  const parts = [...text.slice(1).matchAll(/([HDWM])(\d{1,2}|[lL])/g)];
  if (first === undefined || parts.map(([part]) => part).join("") !== text.slice(1)) throw notADate(text);
  date.every = EVERY[first as Unit];
  for (const [, letter, digits] of parts) {
    const unit = letter as Unit;
    const [least, most] = BOUNDS[unit];
    const number = unit === "M" && /l/i.test(digits) ? LAST_DAY : Number(digits);
    if (!(number >= least && number <= most)) throw notADate(text);
    date[FIELD[unit]] = number;
  }
  return date;
}

const notADate = (text: string) =>
  new RangeError(`This is when a file is rotated, such as $D0, $D23, $W0D23 or $M1D0: received "${text}".`);

/** Returns the last rotation time at or before `now`. */
export function lastRotation({ every, minute, hour, dayOfWeek, dayOfMonth }: RotationDate, now: Date): Date {
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()];
  const at = (back: number): Date => {
    if (every === "hour") return new Date(year, month, day, now.getHours() - back, minute);
    if (every === "day") return new Date(year, month, day - back, hour);
    if (every === "week") return new Date(year, month, day - ((now.getDay() - dayOfWeek + 7) % 7) - 7 * back, hour);
    const lastDay = new Date(year, month - back + 1, 0).getDate();
    return new Date(year, month - back, Math.min(dayOfMonth, lastDay), hour);
  };
  const latest = at(0);
  return latest <= now ? latest : at(1);
}

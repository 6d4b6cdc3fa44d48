import type { ComponentChildren } from "preact";
import { EmptyState } from "../../components/empty_state.tsx";
import { format } from "../../format/format.ts";
import { linkTo } from "../../router/links.ts";
import type { OverviewTexts } from "./en.ts";
import type { Problem } from "./problems.ts";
import { overviewTexts } from "./texts.ts";
import "./problem_list.css";

/** Number of problems of one kind that are named; of others only their number is. */
const NAMED_MAX = 3;

/** The name of a problem, and what to do about it. */
interface Words {
  readonly tone: "bad" | "warn";
  readonly what: ComponentChildren;
  readonly hint: string;
}

function wordsOf(problem: Problem, t: OverviewTexts): Words {
  const { count, rate, percent } = boundFormat();
  switch (problem.kind) {
    case "memoryAlarm":
      return { tone: "bad", what: t.memoryAlarm(problem.node), hint: t.memoryAlarmHint };
    case "diskAlarm":
      return { tone: "bad", what: t.diskAlarm(problem.node), hint: t.diskAlarmHint };
    case "noConsumers":
      return { tone: "bad", what: queueWords(problem, t.noConsumers(count(problem.value))), hint: t.noConsumersHint };
    case "idle":
      return { tone: "bad", what: queueWords(problem, t.idle(count(problem.value))), hint: t.idleHint };
    case "growing":
      return { tone: "warn", what: queueWords(problem, t.growing(rate(problem.value))), hint: t.growingHint };
    case "slow":
      return { tone: "warn", what: queueWords(problem, t.slow(percent(problem.value))), hint: t.slowHint };
    case "refusedLogins":
      return {
        tone: "warn",
        what: t.refusedLogins(count(problem.value), problem.protocol.toUpperCase()),
        hint: t.refusedLoginsHint,
      };
  }
}

function boundFormat() {
  const formatter = format();
  return {
    count: (value: number) => formatter.count(value),
    rate: (value: number) => formatter.rate(value),
    percent: (value: number) => formatter.percent(value),
  };
}

const queueWords = ({ vhost, queue }: { readonly vhost: string; readonly queue: string }, text: string) => (
  <>
    <a href={linkTo.queue(vhost, queue)}>{queue}</a>
    {vhost !== "/" && <span class="note">{` (${vhost})`}</span>} {text}
  </>
);

/** The problems of the broker, each with what to do. */
export function ProblemList({ problems }: { readonly problems: readonly Problem[] }) {
  const t = overviewTexts();
  if (problems.length === 0) return <EmptyState title={`✓ ${t.fine}`}>{t.fineHint}</EmptyState>;
  const kinds = [...new Set(problems.map(({ kind }) => kind))];
  return (
    <ul class="problem-list">
      {kinds.map((kind) => {
        const alike = problems.filter((problem) => problem.kind === kind);
        const words = alike.slice(0, NAMED_MAX).map((problem) => wordsOf(problem, t));
        const more = alike.length - words.length;
        return (
          <li key={kind} data-tone={words[0].tone}>
            <span class="problem-shape" aria-hidden="true">{words[0].tone === "bad" ? "■" : "▲"}</span>
            <div>
              {words.map(({ what }, index) => <p key={index} class="problem-what">{what}</p>)}
              {more > 0 && <p>{t.moreQueues(more, format().count(more))}</p>}
              <p class="note">{words[0].hint}</p>
            </div>
          </li>
        );
      })}
    </ul>
  );
}

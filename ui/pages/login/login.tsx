import { useEffect, useState } from "preact/hooks";
import { logInAt, logInByPassword } from "../../api/session.ts";
import { ApiError } from "../../api/api_error.ts";
import { FailedRead } from "../../components/failed_read.tsx";
import { TextField } from "../../components/field.tsx";
import { usePoll } from "../../api/use_poll.ts";
import { common } from "../../i18n/common.ts";
import { LoginError, type LoginProblem } from "../../oauth/login_problem.ts";
import { type AuthSettings, type LoginServer, waysToLogIn, withChoice } from "../../oauth/ways_to_log_in.ts";
import { address, goTo } from "../../router/router.ts";
import { Preferences } from "../../shell/preferences.tsx";
import { problemText } from "./problem_text.ts";
import { loginTexts } from "./texts.ts";
import "./login.css";

/** Interval in which the ways to log in are read. In milliseconds. */
const INTERVAL_MS = 60_000;

/** What everybody sees first: the ways to log in that the broker allows. */
export function LoginPage({ problem: ended, endSession }: {
  readonly problem: LoginProblem | undefined;
  readonly endSession: string | undefined;
}) {
  const t = loginTexts();
  const [failed, setFailed] = useState<LoginProblem>();
  const { data, error, reload } = usePoll<AuthSettings>("auth", { intervalMs: INTERVAL_MS });
  useEffect(() => {
    document.title = `${common().logIn} · HareMQ`;
  }, []);
  const problem = failed ?? ended;
  const ways = data && waysToLogIn(withChoice(data, address.value.query));
  const providers = ways?.servers.map((server) => (
    <ProviderButton key={server.id} server={server} onProblem={setFailed} />
  ));
  const password = ways?.hasPassword && <PasswordForm onProblem={setFailed} />;
  const hasBoth = ways?.hasPassword && ways.servers.length > 0;
  return (
    <main class="login">
      <div class="login-ways panel form" aria-busy={ways === undefined}>
        <h1>HareMQ</h1>
        {problem !== undefined && <p class="login-problem" role="alert">{problemText(problem, t, common())}</p>}
        {endSession !== undefined && failed === undefined && <a class="button" href={endSession}>{t.endSession}</a>}
        <FailedRead error={error} onRetry={reload} />
        {ways?.prefersPassword ? password : providers}
        {hasBoth && <p class="login-or note">{ways.prefersPassword ? t.orProvider : t.orPassword}</p>}
        {ways?.prefersPassword ? providers : password}
      </div>
      <Preferences />
    </main>
  );
}

/** Leads to the provider of a resource server. */
function ProviderButton({ server, onProblem }: {
  readonly server: LoginServer;
  readonly onProblem: (problem: LoginProblem | undefined) => void;
}) {
  const [isBusy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    onProblem(undefined);
    try {
      await logInAt(server, address.peek().path[0] === "login" ? "#/" : location.hash);
    } catch (error) {
      if (!(error instanceof LoginError)) throw error;
      onProblem(error.problem);
    }
    setBusy(false);
  };
  return (
    <button type="button" class="button" data-kind="primary" disabled={isBusy} onClick={() => void go()}>
      {loginTexts().logInWith(server.label)}
    </button>
  );
}

function PasswordForm({ onProblem }: { readonly onProblem: (problem: LoginProblem | undefined) => void }) {
  const t = loginTexts();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    onProblem(undefined);
    try {
      await logInByPassword(name, password);
      if (address.peek().path[0] === "login") goTo([]);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      onProblem({ kind: "api", error });
      setBusy(false);
    }
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextField label={t.name} value={name} onChange={setName} autocomplete="username" required />
      <TextField
        label={t.password}
        type="password"
        value={password}
        onChange={setPassword}
        autocomplete="current-password"
      />
      <button type="submit" class="button" data-kind="primary" disabled={isBusy}>{common().logIn}</button>
    </form>
  );
}

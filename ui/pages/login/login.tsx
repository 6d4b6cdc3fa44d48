import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../../api/api_error.ts";
import { errorText } from "../../api/error_text.ts";
import { logInByPassword } from "../../api/session.ts";
import { TextField } from "../../components/field.tsx";
import { common } from "../../i18n/common.ts";
import { address, goTo } from "../../router/router.ts";
import { Preferences } from "../../shell/preferences.tsx";
import { loginTexts } from "./texts.ts";
import "./login.css";

/** The form that everybody sees first. */
export function LoginPage({ wasRefused }: { readonly wasRefused: boolean }) {
  const t = loginTexts();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    document.title = `${common().logIn} · HareMQ`;
  }, []);
  const submit = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await logInByPassword(name, password);
      if (address.peek().path[0] === "login") goTo([]);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(errorText(error, common()));
      setBusy(false);
    }
  };
  return (
    <main class="login">
      <form
        class="login-form panel form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h1>HareMQ</h1>
        {(problem !== undefined || wasRefused) && (
          <p class="login-problem" role="alert">{problem ?? common().errorLoggedOut}</p>
        )}
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
      <Preferences />
    </main>
  );
}

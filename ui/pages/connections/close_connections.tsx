import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import type { Connection } from "../../api/types.ts";
import { usePoll } from "../../api/use_poll.ts";
import { Dialog } from "../../components/dialog.tsx";
import { TextField } from "../../components/field.tsx";
import { format } from "../../format/format.ts";
import { common } from "../../i18n/common.ts";
import { carryOut } from "../../state/carry_out.ts";
import { isHeaderText } from "./client_properties.ts";
import { connectionTexts } from "./texts.ts";

interface CloseProps {
  readonly connection: Connection;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Asks for the reason, and closes a connection. */
export function CloseConnection({ connection: { name, user, channels }, onDone, onClose }: CloseProps) {
  const t = connectionTexts();
  return (
    <CloseDialog
      title={t.closeTitle(name)}
      text={t.closeText(user, channels, format().count(channels))}
      action={t.close}
      close={(headers) => carryOut(api.delete(apiPath`connections/${name}`, headers), t.closed)}
      onDone={onDone}
      onClose={onClose}
    />
  );
}

/** Asks for the reason, and closes all connections of a user. */
export function CloseAllOfUser({ connection: { user }, onDone, onClose }: CloseProps) {
  const t = connectionTexts();
  const path = apiPath`connections/username/${user}`;
  const { data } = usePoll<readonly unknown[]>(`${path}?columns=name`);
  const count = data?.length;
  return (
    <CloseDialog
      title={t.closeAllTitle(user)}
      text={count === undefined ? common().loading : t.closeAllText(count, format().count(count))}
      action={t.closeAllAction}
      close={(headers) => carryOut(api.delete(path, headers), t.closedAll(user))}
      onDone={onDone}
      onClose={onClose}
    />
  );
}

function CloseDialog({ title, text, action, close, onDone, onClose }: {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly close: (headers: Readonly<Record<string, string>>) => Promise<boolean>;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const t = connectionTexts();
  const [reason, setReason] = useState(t.defaultReason);
  const isValid = isHeaderText(reason);
  const submit = async () => {
    if (!await close({ "x-reason": reason })) return;
    onClose();
    onDone();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextField
          label={t.reason}
          hint={t.reasonHint}
          error={isValid ? undefined : t.reasonProblem}
          value={reason}
          onChange={setReason}
          autocomplete="off"
          required
        />
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>{common().cancel}</button>
          <button type="submit" class="button" data-kind="danger" disabled={!isValid}>{action}</button>
        </div>
      </form>
    </Dialog>
  );
}

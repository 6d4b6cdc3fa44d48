import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import type { Binding } from "../../api/types.ts";
import { common } from "../../i18n/common.ts";
import { linkTo } from "../../router/links.ts";
import { carryOut } from "../../state/carry_out.ts";
import { ask } from "../questions.tsx";
import { Table } from "../table.tsx";
import { TableArguments } from "../table_arguments.tsx";
import { bindingTexts } from "./texts.ts";

/** The letters of the API for what a binding leads to. */
export const DESTINATION_LETTERS = { queue: "q", exchange: "e" } as const;

/** Bindings to or from something, each with a button that removes it where the user may do that. */
export function BindingTable({ caption, bindings, shows, onChanged }: {
  readonly caption: string;
  readonly bindings: readonly Binding[];
  /** The end that differs. */
  readonly shows: "source" | "destination";
  /** Left out for a user who may not unbind. */
  readonly onChanged?: () => void;
}) {
  const t = bindingTexts();
  return (
    <Table
      caption={caption}
      items={bindings}
      keyOf={({ source, destination, destination_type, properties_key }) =>
        JSON.stringify([source, destination_type, destination, properties_key])}
      columns={[
        {
          key: "end",
          label: shows === "source" ? t.from : t.to,
          cell: (binding) => shows === "source" ? <Source binding={binding} /> : <Destination binding={binding} />,
        },
        ...shows === "source" ? [] : [{
          key: "kind",
          label: t.kind,
          cell: ({ destination_type }: Binding) => t[destination_type],
        }],
        { key: "key", label: t.routingKey, cell: ({ routing_key }) => <code>{routing_key}</code> },
        { key: "arguments", label: t.arguments, cell: (binding) => <TableArguments table={binding.arguments} /> },
        ...onChanged === undefined ? [] : [{
          key: "unbind",
          label: common().actions,
          isNumber: true,
          // A queue is bound to the default exchange for as long as it exists.
          cell: (binding: Binding) =>
            binding.source !== "" && (
              <button
                type="button"
                class="button"
                data-kind="quiet"
                onClick={() => void unbind(binding, onChanged)}
              >
                {t.unbind}
              </button>
            ),
        }],
      ]}
    />
  );
}

function Source({ binding: { vhost, source } }: { readonly binding: Binding }) {
  return <a href={linkTo.exchange(vhost, source)}>{source || bindingTexts().defaultExchange}</a>;
}

function Destination({ binding: { vhost, destination, destination_type } }: { readonly binding: Binding }) {
  return <a href={linkTo[destination_type](vhost, destination)}>{destination}</a>;
}

async function unbind(binding: Binding, onChanged: () => void): Promise<void> {
  const t = bindingTexts();
  const { vhost, source, destination, destination_type, routing_key, properties_key } = binding;
  const question = { title: t.unbindTitle(source, destination), text: t.unbindText(routing_key), action: t.unbind };
  if (!await ask(question)) return;
  const letter = DESTINATION_LETTERS[destination_type];
  const path = apiPath`bindings/${vhost}/e/${source}/${letter}/${destination}/${properties_key}`;
  if (await carryOut(api.delete(path), t.unbound)) onChanged();
}

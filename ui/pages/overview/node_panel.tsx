import type { NodeState, Overview } from "../../api/types.ts";
import { Badge } from "../../components/badge.tsx";
import { KeyValue } from "../../components/key_value.tsx";
import { Meter } from "../../components/meter.tsx";
import { format } from "../../format/format.ts";
import { overviewTexts } from "./texts.ts";

/** How a node is, and how far it is from its limits. */
export function NodePanel({ node, overview }: { readonly node: NodeState; readonly overview: Overview }) {
  const t = overviewTexts();
  const { mem_used, mem_limit = 0, disk_free, disk_free_limit = 0, fd_used, fd_total = 0 } = node;
  return (
    <section class="panel">
      <h2>{t.node} {node.name}</h2>
      <div class="panel-grid">
        <KeyValue
          rows={{
            [t.memory]: mem_limit > 0 && mem_used !== undefined
              ? (
                <Meter
                  label={t.memory}
                  part={mem_used / mem_limit}
                  text={format().bytes(mem_used)}
                  note={t.limit(format().bytes(mem_limit))}
                  isAlarmed={node.mem_alarm === true}
                />
              )
              : format().bytes(mem_used),
            [t.disk]: (
              <>
                {format().bytes(disk_free)} <span class="note">{t.limit(format().bytes(disk_free_limit))}</span>{" "}
                {node.disk_free_alarm && <Badge tone="bad">{t.diskAlarm(node.name)}</Badge>}
              </>
            ),
            [t.files]: fd_total > 0 && fd_used !== undefined
              ? (
                <Meter
                  label={t.files}
                  part={fd_used / fd_total}
                  text={format().count(fd_used)}
                  note={t.ofLimit(format().count(fd_total))}
                  isAlarmed={false}
                />
              )
              : format().count(fd_used),
          }}
        />
        <KeyValue
          rows={{
            [t.uptime]: format().duration(node.uptime),
            [t.runtime]: overview.erlang_version,
            [t.behaves]: overview.rabbitmq_version,
          }}
        />
      </div>
    </section>
  );
}

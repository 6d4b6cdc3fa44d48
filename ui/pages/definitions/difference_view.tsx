import type { ComponentChildren } from "preact";
import { Badge, type Tone } from "../../components/badge.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { format } from "../../format/format.ts";
import {
  countOutcomes,
  type MemberDifference,
  type ObjectDifference,
  type Outcome,
  type SectionDifference,
  titleOf,
} from "./differences.ts";
import type { DefinitionTexts } from "./en.ts";
import { definitionTexts } from "./texts.ts";
import "./difference_view.css";

/** Number of objects in a list that are shown. */
const SHOWN_MAX = 100;

const TONES: Readonly<Record<Outcome, Tone>> = { added: "good", changed: "warn", kept: "plain" };

/** What an import of definitions would do, list by list. */
export function DifferenceView({ differences, action }: {
  readonly differences: readonly SectionDifference[];
  /** What is shown where there is something to import. */
  readonly action: ComponentChildren;
}) {
  const t = definitionTexts();
  const { added, changed, kept } = countOutcomes(differences);
  return (
    <section class="difference-view" aria-label={t.difference}>
      <h3>{t.difference}</h3>
      {added + changed + kept === 0 ? <EmptyState title={t.nothing}>{t.nothingHint}</EmptyState> : (
        <p>
          <strong>{t.summary(format().count(added), format().count(changed), format().count(kept))}</strong>{" "}
          <span class="note">{t.onlyAdds}</span>
        </p>
      )}
      {kept > 0 && <p class="note">{t.keptHint}</p>}
      {differences.map((difference) => <SectionView key={difference.section} difference={difference} />)}
      {added + changed > 0 && <div class="form-actions">{action}</div>}
    </section>
  );
}

function SectionView({ difference: { section, objects, sameCount, onlyHereCount } }: {
  readonly difference: SectionDifference;
}) {
  const t = definitionTexts();
  const title = t.sections[section];
  const others = t.others(format().count(sameCount), format().count(onlyHereCount));
  return (
    <div class="difference-section">
      <h4>
        {title} <span class="note">{others}</span>
      </h4>
      {objects.length > 0 && (
        <Table
          caption={title}
          columns={columns(t)}
          items={objects.slice(0, SHOWN_MAX)}
          keyOf={(object) => String(objects.indexOf(object))}
        />
      )}
      {objects.length > SHOWN_MAX && <p class="note">{t.more(format().count(objects.length - SHOWN_MAX))}</p>}
    </div>
  );
}

const columns = (t: DefinitionTexts): readonly Column<ObjectDifference>[] => [
  { key: "object", label: t.object, cell: ({ identity }) => <Identity identity={identity} /> },
  {
    key: "outcome",
    label: t.outcome,
    cell: ({ outcome }) => <Badge tone={TONES[outcome]}>{t.outcomes[outcome]}</Badge>,
  },
  {
    key: "members",
    label: t.members,
    cell: ({ members }) =>
      members.length > 0 && (
        <ul class="difference-members">
          {members.map((member) => <Member key={member.name} member={member} />)}
        </ul>
      ),
  },
];

/** The name of an object, and what else tells it from others. */
function Identity({ identity }: { readonly identity: ObjectDifference["identity"] }) {
  const { title, others } = titleOf(identity);
  return (
    <span class="difference-identity">
      <span>{title}</span>
      {others.map(([member, value]) => (
        <span key={member} class="note">
          {member}: {value}
        </span>
      ))}
    </span>
  );
}

function Member({ member: { name, before, after, secret } }: { readonly member: MemberDifference }) {
  const t = definitionTexts();
  return (
    <li>
      <code>{name}</code>: {secret !== undefined ? t.secrets[secret] : (
        <>
          <del>{before ?? t.nothingBefore}</del> <span aria-hidden="true">→</span> <ins>{after ?? t.nothingBefore}</ins>
        </>
      )}
    </li>
  );
}
